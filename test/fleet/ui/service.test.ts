import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { logIn, send, serveUi } from "../../support/ui/serve-ui.ts";

const unit = "mosaic-fleet-ui.service";
const unitFile = `~/.config/systemd/user/${unit}`;

describe("fleet ui --install", () => {
  const box = useSandbox();
  const property = async (name: string): Promise<string> =>
    (await box.sh(`systemctl --user show -P ${name} ${unit}`)).trim();
  /**
   * Runs `fleet ui` when the service answers. A `fleet ui` that finds no page serves one itself, and the service would
   * wait for its end.
   */
  const ask = async (...args: readonly string[]): Promise<Ran> => {
    const socket = `/run/user/${box.uid}/mosaic-fleet/mosaic.ui.sock`;
    const knock = `require("node:net").connect("${socket}").on("connect", () => process.exit(0)).on("error", () => process.exit(1))`;
    await until("the service answers", async () => (await box.run(["node", "-e", knock])).code === 0);
    return box.run(["timeout", "10", "fleet", "ui", ...args]);
  };
  const link = async (): Promise<{ readonly origin: string; readonly url: string }> => {
    const ran = await ask("--json");
    expect(ran.stderr).toContain("is served already");
    const { url } = JSON.parse(ran.stdout) as { readonly url: string };
    return { url, origin: new URL(url).origin };
  };

  beforeAll(async () => {
    await declare(box, { agents: { coder: { command: waits } } });
    await fleet(box, "apply", "--yes");
  });

  it("serves the page by systemd, from now on and at each boot, without a link in the journal", async () => {
    const ran = await fleet(box, "ui", "--install");
    expect(ran.stdout).toMatch(/serves the page of .*fleet\.yaml on a free port of 127\.0\.0\.1/);
    expect([await property("ActiveState"), await property("UnitFileState")]).toEqual(["active", "enabled"]);
    const given = await link();
    expect((await send(given.origin, "/")).status).toBe(200);
    await logIn(given);
    const person = await ask();
    expect(person.stdout).toContain("A service serves the page.");
    expect(await box.sh(`journalctl --user-unit=${unit} -o cat`)).not.toContain("#t=");
    expect((await plan(box)).summary).toMatchObject({ add: 0, change: 0, restart: 0, remove: 0 });
  });

  it("starts it again on the wished place, and after a kill, and touches no agent", async () => {
    const agent = await box.sh("systemctl --user show -P MainPID mosaic-agent@coder.service");
    await fleet(box, "ui", "--install", "--socket", `${box.home}/page.sock`);
    await until(
      "the socket is there",
      async () => (await box.run(["test", "-S", `${box.home}/page.sock`])).code === 0,
    );
    const before = await property("MainPID");
    await box.sh(`kill -KILL ${before}`);
    await until(
      "another process serves the page",
      async () => !["0", before].includes(await property("MainPID")),
    );
    const { stdout, stderr } = await ask();
    expect(stderr).toContain("is served already");
    expect(stdout).toContain("page.sock HOST");
    expect(await box.sh("systemctl --user show -P MainPID mosaic-agent@coder.service")).toBe(agent);
  });

  it("waits until a fleet ui of a terminal ends, and takes over", async () => {
    await box.sh(`systemctl --user stop ${unit}`);
    const own = await serveUi(box);
    await box.sh(`systemctl --user start ${unit}`);
    expect(await own.end()).toEqual({ code: 0, stderr: "" });
    await link();
    expect(await property("ActiveState")).toBe("active");
  });

  it("changes nothing if the unit is somebody else's, the file is broken, or the options contradict each other", async () => {
    await box.write("~/work/other.yaml", "version: 1\nname: other\nagents: {}\n");
    await box.write(unitFile.replace("mosaic-", "other-"), "[Service]\nExecStart=/bin/true\n");
    await box.write("~/work/broken.yaml", "agents: [");
    const before = await machineState(box);
    const foreign = await box.run(["fleet", "ui", "--install", "-f", "other.yaml"]);
    expect([foreign.code, foreign.stderr]).toEqual([
      6,
      expect.stringContaining("without the mark of fleet other"),
    ]);
    expect((await box.run(["fleet", "ui", "--install", "-f", "broken.yaml"])).code).toBe(65);
    expect((await box.run(["fleet", "ui", "--install", "--uninstall"])).code).toBe(64);
    expect(await machineState(box)).toEqual(before);
  });

  it("is removed without a trace, also if fleet.yaml is broken", async () => {
    await declare(box, "agents: [");
    expect((await fleet(box, "ui", "--uninstall")).stdout).toContain(`${unit} is removed`);
    expect(await property("LoadState")).toBe("not-found");
    expect((await box.run(["sh", "-c", `ls ${unitFile} ~/page.sock`])).stdout).toBe("");
    expect((await fleet(box, "ui", "--uninstall")).code).not.toBe(0);
    await declare(box, { agents: { coder: { command: waits } } });
    expect((await fleet(box, "ui", "--uninstall")).stdout).toContain(`There is no ${unit}`);
    expect(await box.sh("systemctl --user is-active mosaic-agent@coder.service")).toContain("active");
  });
});
