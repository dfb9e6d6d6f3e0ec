import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet } from "../support/fleet/fleet.ts";
import { linesOf, machineState } from "../support/fleet/state.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { turn } from "../support/watch/noting.ts";
import { awaitRunning, property, service } from "../support/watch/service.ts";
import { type RunningWatch, startWatch } from "../support/watch/watcher.ts";

interface StatusJson {
  readonly watch: { readonly pid: number | null; readonly unit: string | null } | null;
  readonly agents: readonly { readonly name: string; readonly state: string }[];
}

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

describe("In a fleet with a watch,", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  beforeAll(async () => {
    await declare(box, turn(0));
    watch = await startWatch(box);
    await awaitRunning(box, 3);
  });

  const status = async (): Promise<StatusJson> =>
    JSON.parse((await fleet(box, "status", "--json")).stdout) as StatusJson;
  const secondLine = async (): Promise<string> => linesOf((await fleet(box, "status")).stdout)[1] ?? "";

  async function expectDestroyRefused(by: string, hint: string): Promise<void> {
    const before = await machineState(box);
    const ran = await fleet(box, "destroy", "--yes");
    expect(ran).toMatchObject({ code: 6, stdout: "" });
    expect(ran.stderr).toContain(`Error: this fleet is watched, by ${by}\n`);
    expect(ran.stderr).toContain(`hint: end the watch first: ${hint}\n`);
    expect(await machineState(box)).toEqual(before);
  }

  /** Waits until the watch reports the start of this agent after the first `since` events. */
  const started = (agent: string, since: number) =>
    watch.waitFor(
      `${agent} is started`,
      ({ event, ...told }) => event === "changed" && told.agent === agent,
      since,
    );

  it("a stopped agent is started again, and the stop says how to prevent that", async () => {
    const { length } = await watch.settled();
    const ran = await fleet(box, "stop", "same", "--yes");
    expect(ran.code, ran.stderr).toBe(0);
    expect(linesOf(ran.stderr)).toContain(
      "This fleet is watched, and what is stopped is started again. To keep it down: fleet stop --keep-down same",
    );
    expect(await started("same", length)).toMatchObject({ action: "started", wasStopped: true });
    await awaitRunning(box, 3);
  });

  it("an agent that is suspended and then stopped stays down, and is back as soon as it is resumed", async () => {
    const { length } = await watch.told();
    expect((await fleet(box, "suspend", "first")).code).toBe(0);
    const ran = await fleet(box, "stop", "first", "--yes");
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).not.toContain("This fleet is watched");
    await watch.waitFor("it leaves the agent alone", ({ hold }) => hold === "suspended", length);
    expect((await status()).agents).toContainEqual(
      expect.objectContaining({ name: "first", state: "stopped" }),
    );
    expect((await fleet(box, "resume", "first")).code).toBe(0);
    expect(await started("first", length)).toMatchObject({ action: "started" });
    await awaitRunning(box, 3);
  });

  it("the status names the process of the watch, and destroy is refused because of it", async () => {
    expect((await status()).watch).toEqual({
      pid: watch.pid,
      version,
      unit: null,
      missing: null,
      isService: false,
      polling: null,
    });
    expect(await secondLine()).toBe(`Watched by process ${watch.pid}`);
    await expectDestroyRefused(`process ${watch.pid}`, `kill ${watch.pid}`);
  });

  it("the status reports that no watch follows it any more, once the watch was killed", async () => {
    await watch.signal("KILL");
    await until("it has ended", async () => (await box.run(["kill", "-0", `${watch.pid}`])).code !== 0);
    expect((await status()).watch).toBe(null);
    expect(await secondLine()).toMatch(/^AGENT /);
  });

  it("the status and destroy know the service, also while it does not run", async () => {
    expect((await fleet(box, "watch", "--install")).code).toBe(0);
    const pid = Number(await property(box, "MainPID"));
    await until("it watches", async () => (await status()).watch?.pid === pid);
    expect((await status()).watch).toEqual({
      pid,
      version,
      unit: service,
      missing: null,
      isService: true,
      polling: null,
    });
    expect(await secondLine()).toBe(`Watched by ${service} (process ${pid})`);
    await expectDestroyRefused(`${service}, process ${pid}`, "fleet watch --uninstall");

    await box.sh(`systemctl --user stop ${service}`);
    expect((await status()).watch).toEqual({
      pid: null,
      version: null,
      unit: service,
      missing: null,
      isService: false,
      polling: null,
    });
    expect(await secondLine()).toBe(
      `${service} is installed to watch it, and does not run: systemctl --user status ${service}`,
    );
    await expectDestroyRefused(service, "fleet watch --uninstall");
  });

  it("nothing blocks a destroy once the service is uninstalled", async () => {
    expect((await fleet(box, "watch", "--uninstall")).code).toBe(0);
    const ran = await fleet(box, "destroy", "--yes");
    expect(ran.code, ran.stderr).toBe(0);
    expect(await box.sh("find ~/.config -name '*mosaic*'")).toBe("");
  });
});
