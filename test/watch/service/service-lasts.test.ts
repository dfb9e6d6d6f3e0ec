import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { fleet, waits, type FleetFile } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import {
  agentState,
  awaitEntry,
  awaitRunning,
  journal,
  property,
  service,
  serviceFiles,
} from "../../support/watch/service.ts";
import { changesIn, startWatch } from "../../support/watch/watcher.ts";

const [unitFile] = serviceFiles;
const file = "~/fleets/fleet.yaml";
const two = (model: string): string =>
  stringify({
    version: 1,
    runtimes: { quiet: { command: waits } },
    defaults: { runtime: "quiet", onChange: "restart" },
    agents: { first: { env: { MODEL: model } }, second: {} },
  } satisfies FleetFile & { version: number });

describe("the service that watches a fleet", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await box.write(file, two("opus"));
    await box.sh("ln -s ../fleets/fleet.yaml ~/work/fleet.yaml");
    const ran = await fleet(box, "watch", "--install", "-f", `${box.home}/fleets/fleet.yaml`);
    expect(ran.code, ran.stderr).toBe(0);
    await awaitRunning(box, 2);
  });

  const systemctl = (...args: readonly string[]): Promise<string> =>
    box.sh(`systemctl --user ${args.join(" ")}`);

  it("reports to systemd that it is alive, and is replaced if it hangs, without an effect on an agent", async () => {
    const watchdogMs = 2_000;
    await box.write(`${unitFile}.d/watchdog.conf`, `[Service]\nWatchdogSec=${watchdogMs}ms\n`);
    await systemctl("daemon-reload");
    await systemctl("restart", service);
    const [pid, before] = [await property(box, "MainPID"), await agentState(box)];
    const heardMs = async (): Promise<number> =>
      Number(await property(box, "WatchdogTimestampMonotonic")) / 1000;
    const began = await heardMs();
    await until("it has outlived its watchdog", async () => (await heardMs()) > began + 1.5 * watchdogMs);
    expect(await property(box, "MainPID")).toBe(pid);
    expect(await property(box, "NRestarts")).toBe("0");

    await box.sh(`kill -STOP ${pid}`);
    await until("another one watches", async () => {
      const successor = await property(box, "MainPID");
      return !["0", pid].includes(successor) && (await property(box, "ActiveState")) === "active";
    });
    expect(await property(box, "NRestarts")).toBe("1");
    expect(await agentState(box)).toEqual(before);
    await box.sh(`rm -r ${unitFile}.d`);
    await systemctl("daemon-reload");
  });

  it("waits for a fleet.yaml that is missing at its start, also if its folder is gone", async () => {
    await systemctl("stop", service);
    const before = await agentState(box);
    await box.sh("mv ~/fleets ~/away");
    const { length } = await journal(box);
    await systemctl("start", service);
    const { priority } = await awaitEntry(box, "that the file is missed", /^Error: .*fleet\.yaml/, length);
    expect(priority).toBe(3);
    expect(await property(box, "ActiveState,NRestarts")).toMatch(/active/);
    expect(await agentState(box)).toEqual(before);
    await box.write("~/away/fleet.yaml", two("sonnet"));
    await box.sh("mv ~/away ~/fleets");
    await awaitEntry(box, "that it is followed", /^-\/\+ first restarted: env\.MODEL changed$/, length);
    await awaitRunning(box, 2);
  });

  it("waits for the end of a manual watch, does nothing until then, and takes over", async () => {
    await systemctl("stop", service);
    const hand = await startWatch(box, ["-f", `${box.home}/fleets/fleet.yaml`]);
    await hand.settled();
    const { length } = await journal(box);
    await systemctl("start", service);
    const { priority } = await awaitEntry(
      box,
      "for whom it waits",
      new RegExp(`^Note: Waiting for \`fleet watch\` \\(pid ${hand.pid}, for \\d+ s\\) to end`),
      length,
    );
    expect(priority).toBe(5);
    const since = (await hand.told()).length;
    await box.write(file, two("haiku"));
    await hand.waitFor("the edit is applied", ({ event }) => event === "applied", since);
    expect(changesIn((await hand.settled()).slice(since))).toEqual([
      "first restarted: env-changed env.MODEL",
    ]);
    const before = await agentState(box);
    expect(await journal(box)).toHaveLength(length + 1);

    await hand.stop();
    await awaitEntry(box, "that it watches", /^Watching /, length);
    await awaitEntry(box, "that all is in line", /^No changes\. The fleet matches/, length);
    expect(await agentState(box)).toEqual(before);
  });

  it("keeps waiting if it cannot lock, and can be stopped in that time", async () => {
    await systemctl("stop", service);
    const hand = await startWatch(box, ["-f", `${box.home}/fleets/fleet.yaml`]);
    const { length } = await journal(box);
    await systemctl("start", service);
    await awaitEntry(box, "for whom it waits", /^Note: Waiting for /, length);
    const [before, pid] = [await agentState(box), await property(box, "MainPID")];
    const waiting = (): Promise<string> => until("flock(1) waits", flockOf);
    const first = await waiting();
    await box.sh(`kill -KILL ${first}`);
    await systemctl("reload", service);
    await until("it tries again", async () => (await waiting()) !== first);
    expect(await property(box, "MainPID")).toBe(pid);

    await systemctl("stop", service);
    expect(await property(box, "Result")).toBe("success");
    expect(await agentState(box)).toEqual(before);
    await hand.settled();
    await hand.stop();
  });

  /** Returns the process waiting for the watchers' lock. */
  async function flockOf(): Promise<string | undefined> {
    const ran = await box.run(["pgrep", "-f", "^flock --wait 60 "]);
    return ran.stdout.trim() || undefined;
  }
});
