import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, plan, waits, type FleetFile } from "../../support/fleet/fleet.ts";
import { linesOf } from "../../support/fleet/state.ts";
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

/** Ends only when it is killed, after its stopTimeout. */
const stubborn = { command: "trap '' TERM HUP; echo up; sleep 1000", stopTimeout: "3s" };

const three = (model: string, slow = "steady"): FleetFile => ({
  runtimes: { quiet: { command: waits } },
  defaults: { runtime: "quiet", onChange: "restart" },
  agents: { first: { env: { MODEL: model } }, second: {}, slow: { ...stubborn, env: { TURN: slow } } },
});

describe("fleet watch as a service", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, three("opus"));
  });

  const systemctl = (...args: readonly string[]): Promise<string> =>
    box.sh(`systemctl --user ${args.join(" ")}`);
  const othersIn = (state: readonly string[], touched: string): readonly string[] =>
    state.filter((line) => !line.includes(`@${touched}.service`) && !line.includes(` ${touched} `));

  /** Does something to give the service another main process, and returns when that one watches. */
  async function replaced(act: () => Promise<unknown>): Promise<void> {
    const [before, { length }] = [await property(box, "MainPID"), await journal(box)];
    await act();
    await awaitEntry(box, "that it watches", /^Watching /, length);
    expect(await property(box, "MainPID")).not.toBe(before);
    expect(await property(box, "ActiveState")).toBe("active");
  }

  it("is written, enabled and ready when --install returns, and brings up the fleet", async () => {
    const ran = await fleet(box, "watch", "--install");
    expect(ran.code, ran.stderr).toBe(0);
    expect(await systemctl("is-active", service)).toBe("active\n");
    // It comes in one message with READY=1.
    expect(await property(box, "StatusText")).not.toBe("");
    expect(await systemctl("is-enabled", service)).toBe("enabled\n");
    expect(linesOf(ran.stdout)).toEqual([
      "mosaic-fleet.service watches /run/home/work/fleet.yaml, from now on and at each boot.",
      "Its log: journalctl USER_UNIT=mosaic-fleet.service + SYSLOG_IDENTIFIER=mosaic-fleet -f",
    ]);
    await awaitRunning(box, 3);
  });

  it("is a unit without any complaint from systemd-analyze", async () => {
    const ran = await box.run([
      "bash",
      "-c",
      `SYSTEMD_LOG_LEVEL=warning systemd-analyze --user verify ${serviceFiles[0]}`,
    ]);
    expect(ran).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("shows the state of the agents in its status", async () => {
    const summary = 'Status: "3 agents, 3 running, nothing pending."';
    await until("the status says so", async () => (await systemctl("status", service)).includes(summary));
  });

  it("writes its actions into the journal as notices, and self-evident events below them", async () => {
    const entries = await journal(box);
    const prioritiesOf = (said: RegExp): readonly number[] =>
      entries.filter(({ message }) => said.test(message)).map(({ priority }) => priority);
    expect(prioritiesOf(/^Watching .*fleet mosaic|^\+ (?:first|second|slow) added$/)).toEqual([5, 5, 5, 5]);
    expect(prioritiesOf(/ is read: 3 agents\.$|^start: \d+ actions done/)).toEqual([6, 6]);
    expect(entries.filter(({ priority }) => priority < 5)).toEqual([]);
  });

  it("follows an edit, and touches nothing else", async () => {
    const [before, { length }] = [await agentState(box), await journal(box)];
    await declare(box, three("sonnet"));
    await awaitEntry(box, "that the edit is done", /^edit: \d+ actions done/, length);
    await awaitEntry(box, "what it was", /^-\/\+ first restarted: env\.MODEL changed$/, length);
    const after = await agentState(box);
    expect(othersIn(after, "first")).toEqual(othersIn(before, "first"));
    expect(after).not.toEqual(before);
  });

  it("writes each line about an error in fleet.yaml as an error, with its place, and continues", async () => {
    const [before, { length }] = [await agentState(box), await journal(box)];
    const text = await box.read("~/work/fleet.yaml");
    await declare(box, text.replace("MODEL: sonnet", "MODEL: [sonnet"));
    await awaitEntry(
      box,
      "that nothing changes",
      /^The fleet follows the last valid version of the file\.$/,
      length,
    );
    const said = (await journal(box)).slice(length);
    expect(said.map(({ message }) => message).join("\n")).toMatch(
      /^Error: .*\n +--> \/run\/home\/work\/fleet\.yaml:\d+:\d+$/m,
    );
    expect(said.filter(({ priority }) => priority !== 3)).toEqual([]);
    await declare(box, text);
    await awaitEntry(box, "that all is well", /^\S*fleet\.yaml is valid again/, length);
    expect(await agentState(box)).toEqual(before);
  });

  it("observes on a reload, and continues as the same process", async () => {
    const [before, { length }] = [await property(box, "MainPID"), await journal(box)];
    await systemctl("reload", service);
    await awaitEntry(box, "that it has looked", /^No changes\. The fleet matches/, length);
    expect(await property(box, "MainPID")).toBe(before);
  });

  it("can be stopped, started, restarted, killed and reinstalled without an effect on an agent", async () => {
    const before = await agentState(box);
    await systemctl("stop", service);
    expect(await property(box, "Result")).toBe("success");
    expect(await agentState(box)).toEqual(before);
    await replaced(() => systemctl("start", service));
    await replaced(() => systemctl("restart", service));
    await replaced(() => systemctl("kill", "--kill-who=main", "--signal=SIGKILL", service));
    await replaced(() => fleet(box, "watch", "--install"));
    expect(await agentState(box)).toEqual(before);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("is only restarted by a second --install, and rewritten if it differs, such as after an upgrade", async () => {
    const before = await agentState(box);
    const actionsOf = async (...args: readonly string[]): Promise<readonly string[]> => {
      const ran = await fleet(box, "watch", "--install", "--json", ...args);
      expect(ran.code, ran.stderr).toBe(0);
      return (JSON.parse(ran.stdout) as { done: readonly string[] }).done;
    };
    expect(await actionsOf()).toEqual([`restart:${service}`]);
    const files = await box.sh(`stat -c '%i %Y' ${serviceFiles.join(" ")}`);
    expect(await actionsOf("--resync", "5m")).toEqual([
      expect.stringMatching(/^write-file:.*\/user\/mosaic-fleet\.service$/),
      "daemon-reload:systemd --user",
      `restart:${service}`,
    ]);
    expect(await box.sh(`stat -c '%i %Y' ${serviceFiles.join(" ")}`)).not.toBe(files);
    await awaitEntry(box, "that it looks more rarely", /^Watching .* full reconcile every 5 min\.$/);
    expect(await agentState(box)).toEqual(before);
  });

  it("ends in the middle of an apply when it is stopped, and touches no other agent", async () => {
    const before = await agentState(box);
    await declare(box, three("sonnet", "changed"));
    const phase = (): Promise<string> => property(box, "ActiveState", "mosaic-agent@slow.service");
    await until("the stop has begun", async () => (await phase()) === "deactivating");
    const { length } = await journal(box);
    await systemctl("stop", service);
    expect(await Promise.all([property(box, "Result"), property(box, "ExecMainStatus")])).toEqual([
      "success",
      "0",
    ]);
    await awaitEntry(box, "that it has ended", /^SIGTERM: no longer watching\. The agents go on\.$/, length);
    expect(othersIn(await agentState(box), "slow")).toEqual(othersIn(before, "slow"));
    await replaced(() => systemctl("start", service));
    await awaitRunning(box, 3);
    expect((await plan(box)).actions).toEqual([]);
    expect(othersIn(await agentState(box), "slow")).toEqual(othersIn(before, "slow"));
  });

  it("leaves only the fleet behind when it is uninstalled, even twice", async () => {
    const before = await agentState(box);
    const ran = await fleet(box, "watch", "--uninstall");
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toBe("mosaic-fleet.service is removed. The fleet goes on as it is.\n");
    expect(await box.sh("find ~/.config -name '*mosaic-fleet*'")).toBe("");
    expect(await property(box, "LoadState,ActiveState")).toBe("not-found\ninactive");
    expect((await box.run(["pgrep", "-f", "fleet watch"])).stdout).toBe("");
    expect(await agentState(box)).toEqual(before);

    const again = await fleet(box, "watch", "--uninstall");
    expect(again).toMatchObject({ code: 0, stdout: "There is no mosaic-fleet.service.\n" });
    const json = await fleet(box, "watch", "--uninstall", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ done: [], failed: [], skipped: [] });
    expect((await plan(box)).actions).toEqual([]);
  });
});
