import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countedRun, placeCounters } from "../../support/measure/counted.ts";
import { apply, declare, fleet, plan, tmux } from "../../support/fleet/fleet.ts";
import { changePhrase } from "../../../src/report/change-text.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const rest = "exec sleep infinity";
const deaf = `trap "" TERM HUP; while :; do sleep 7777; done`;

/** A pane of the fleet's server. */
interface Pane {
  readonly id: string;
  readonly pid: string;
  readonly dead: boolean;
  readonly agent: string;
  readonly window: string;
  /** The window that its mark names; empty without a mark. */
  readonly declared: string;
}

describe("The windows next to an agent", () => {
  const box = useSandbox();
  const settings = { onChange: "restart", stopTimeout: "2s" };
  const format = "#{pane_id}|#{pane_pid}|#{pane_dead}|#{@mosaic_agent}|#{window_name}|#{@mosaic_pane}";
  const panes = async (): Promise<readonly Pane[]> => {
    const lines = (await tmux(box, "list-panes", "-s", "-t", "=core:", "-F", format))
      .split("\n")
      .filter(Boolean);
    return lines.map((line) => {
      const [id = "", pid = "", dead, agent = "", window = "", mark = ""] = line.split("|");
      return { id, pid, dead: dead === "1", agent, window, declared: mark.split(" ").slice(4).join(" ") };
    });
  };
  const declareWindows = (windows: object, more: object = {}) =>
    declare(box, { defaults: settings, agents: { core: { command: rest, windows, ...more } } });
  const own = async (): Promise<Pane | undefined> => (await panes()).find(({ agent }) => agent === "core");
  const marked = async (): Promise<readonly Pane[]> =>
    (await panes()).filter(({ declared }) => declared !== "");
  const changesOf = async () =>
    (await plan(box)).agents[0]?.changes.map((change) => [change.reason, changePhrase(change)]);

  beforeAll(async () => {
    await declareWindows({});
    await apply(box);
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
  });

  it("open, change and close in a running agent, and touch neither its pane nor a person's", async () => {
    const agent = await own();
    await declareWindows({
      main: { layout: { name: "main-vertical", main: "60%" }, panes: ["sleep 7001"] },
      logs: { command: 'echo "$X in $PWD"; exec sleep 7002', env: { X: "it's" }, workdir: "/tmp" },
      tests: { panes: ["sleep 7003", { command: ["sleep", "7004"], name: "second", size: "30%" }, null] },
    });
    expect(await changesOf()).toEqual([
      ["windows-changed", "windows changed: opens main.1, logs, tests.1, tests.2, tests.3"],
    ]);
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
    expect((await marked()).map(({ declared, window }) => [declared, window])).toEqual([
      ["main", expect.any(String)], // tmux renames it after a while
      ["logs", "logs"],
      ...["tests", "tests", "tests"].map((name) => [name, name]),
    ]);
    await until("the window has its variables and workdir", async () =>
      (await tmux(box, "capture-pane", "-p", "-t", "=core:logs")).includes("it's in /tmp"),
    );
    expect(await tmux(box, "display-message", "-p", "-t", "=core:tests.1", "#{pane_title}")).toBe("second\n");
    // The limits of the agent count it, and its own size is that of the session.
    expect(
      await tmux(box, "display-message", "-p", "-t", "=core:logs", "#{window_width}x#{window_height}"),
    ).toBe("200x50\n");
    const group = await box.sh(`cat /proc/${(await marked())[1]?.pid}/cgroup`);
    expect(group).toMatch(/mosaic-agent@core\.service\/windows\/[0-9a-f]{8}$/m);

    await tmux(box, "new-window", "-d", "-t", "=core:", "-n", "mine", "sleep 7101");
    await tmux(box, "split-window", "-d", "-t", "=core:logs", "sleep 7102");
    await tmux(box, "split-window", "-d", "-t", `${agent?.id}`, "sleep 7103");
    await tmux(box, "rename-window", "-t", "=core:tests", "renamed");
    expect((await plan(box)).actions).toEqual([]);
    const before = await panes();
    const persons = before.filter(({ declared }) => declared === "").map(({ id, pid }) => [id, pid]);
    expect(persons).toHaveLength(4);

    await declareWindows({
      main: { panes: ["sleep 7001", "sleep 7011"] },
      tests: { layout: "even-horizontal", panes: ["sleep 7003", "sleep 7014", null, deaf] },
    });
    expect(await changesOf()).toEqual([
      ["windows-changed", "windows changed: opens main.2, tests.4, restarts tests.2, closes logs"],
    ]);
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
    const after = await panes();
    const pidOf = (list: readonly Pane[], id: string | undefined): string | undefined =>
      list.find((pane) => pane.id === id)?.pid;
    for (const [id, pid] of persons) expect(pidOf(after, id)).toBe(pid);
    const [main, , first, second, shell] = before.filter(({ declared }) => declared !== "");
    for (const kept of [main, first, shell]) expect(pidOf(after, kept?.id)).toBe(kept?.pid);
    expect(pidOf(after, second?.id)).not.toBe(second?.pid);
    expect(after.filter(({ declared }) => declared === "tests").map(({ window }) => window)).toEqual(
      Array(4).fill("renamed"),
    );
    expect(after.filter(({ window }) => window === "logs")).toMatchObject([{ declared: "" }]);

    // A process that ignores a hangup ends with its pane all the same.
    await declareWindows({});
    await apply(box);
    expect((await panes()).map(({ id, pid }) => [id, pid])).toEqual(
      after.filter(({ declared }) => declared === "").map(({ id, pid }) => [id, pid]),
    );
    expect(await box.sh("pgrep -fx 'sleep 7(00|01|77).*' || :")).toBe("");
    for (const name of ["mine", "logs"]) await tmux(box, "kill-window", "-t", `=core:${name}`);
  });

  it("start again with the agent, after a crash and the end of the server, and end with it", async () => {
    await declareWindows({ logs: "sleep 7005", tests: { panes: ["sleep 7006", deaf] } });
    await apply(box);
    const ids = (await marked()).map(({ id }) => id);
    const [command] = (await box.sh(`pgrep -P ${(await own())?.pid}`)).split("\n");
    await box.sh(`kill -9 ${command}`);
    const areBack = async (): Promise<boolean> => {
      const all = await marked().catch(() => []);
      return all.length === 3 && all.every(({ dead }) => !dead);
    };
    await until("the agent has crashed", async () =>
      (await fleet(box, "status", "--json")).stdout.includes('"restarts": 1'),
    );
    await until("all panes run again", areBack);
    expect((await marked()).map(({ id }) => id)).toEqual(ids);
    await box.sh("systemctl --user restart mosaic-agent@core");
    expect(await areBack()).toBe(true);
    expect((await plan(box)).actions).toEqual([]);

    const server = () => tmux(box, "display-message", "-p", "#{pid}");
    const killed = await server();
    await box.sh(`kill -9 ${killed}`);
    await until("everything is back in a new server", async () => (await server()) !== killed && areBack());
    await until("the agent runs", async () => (await plan(box)).actions.length === 0);

    await fleet(box, "stop", "--yes", "core");
    expect(await box.sh("pgrep -fx 'sleep 7(00|77).*' || :")).toBe("");
    expect(await box.sh("find /sys/fs/cgroup -name 'mosaic-agent@*'")).toBe("");
    expect((await fleet(box, "start", "--yes", "core")).code).toBe(0);
    expect(await areBack()).toBe(true);
  });

  it("tell what has ended, and run again only if they should", async () => {
    // Focus reporting is on when it dies: tmux before 3.5 would end at the next look.
    const modes = `printf '\\033[?1004h\\033[?1049h'; sleep 0.2; exit 3`;
    await declareWindows({
      main: { panes: [modes] },
      logs: { command: "exit 4", restart: true },
      tests: "sleep 7007",
    });
    await apply(box);
    const agent = await own();
    await until("two panes are dead", async () => (await marked()).filter(({ dead }) => dead).length === 2);
    expect((await fleet(box, "status", "-o", "wide")).stdout).toContain(
      "3 (main.1 ended with 3, logs ended with 4)",
    );
    const json = JSON.parse((await fleet(box, "status", "--json")).stdout) as {
      agents: readonly { state: string; windows: readonly object[] }[];
    };
    expect(json.agents).toMatchObject([
      {
        state: "running",
        windows: [
          { name: "main.1", state: "ended", pid: null, exitStatus: 3 },
          { name: "logs", state: "ended", exitStatus: 4 },
          { name: "tests", state: "running", exitStatus: null },
        ],
      },
    ]);
    expect(await changesOf()).toEqual([["window-ended", "logs has ended"]]);
    await box.sh(
      "timeout 1 script -qec 'tmux -N -L mosaic-factory attach -t =core:0' /dev/null >/dev/null </dev/null || :",
    );
    await tmux(box, "kill-window", "-t", "=core:tests");
    expect(await changesOf()).toEqual([["window-closed", "a window was closed: opens tests, restarts logs"]]);
    await declareWindows({ tests: "sleep 7007" });
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
    // tmux renames its window after a while.
    expect(await own()).toMatchObject({ id: agent?.id, pid: agent?.pid, dead: false });
  });

  it("wait for the person in them, and are named if there is no space", async () => {
    await declareWindows({ tests: "sleep 7008" }, { onChange: "when-idle", idleAfter: "1h" });
    const waiting = await plan(box);
    expect(waiting.agents).toMatchObject([{ action: "pending", hold: "busy", awaiting: "change" }]);
    const [before] = await marked();
    await apply(box);
    expect(await marked()).toEqual([before]);
    await fleet(box, "apply", "--yes", "--now");
    expect((await marked())[0]?.pid).not.toBe(before?.pid);
    expect((await plan(box)).agents).toMatchObject([{ action: "none" }]);

    await tmux(box, "resize-window", "-t", "=core:tests", "-x", "12", "-y", "3");
    await declareWindows({ tests: { panes: ["sleep 7008", null, null, null, null, null, null, null] } });
    const applied = await fleet(box, "apply", "--yes");
    expect(applied.code).not.toBe(0);
    expect(applied.stdout + applied.stderr).toMatch(/core did not get its window .*tests\.8/);
    expect(applied.stdout + applied.stderr).toMatch(/no space for (?:a )?new pane/);
    expect((await own())?.dead).toBe(false);
  });
});

describe("The windows next to a hundred agents", () => {
  const box = useSandbox();

  it("cost two calls to tmux at most, and are then as declared", async () => {
    const windows = { logs: "exec sleep infinity", tests: { panes: ["exec sleep infinity"] } };
    const agents = { many: { command: rest, replicas: 100 } };
    await placeCounters(box);
    await declare(box, { agents });
    await apply(box);
    await declare(box, { defaults: { windows }, agents });
    const { code, commands } = await countedRun(box, "apply", "--yes");
    expect(code).toBe(0);
    expect(commands.filter((line) => line.includes("source-file"))).toHaveLength(1);
    expect(
      (await tmux(box, "list-panes", "-a", "-f", "#{@mosaic_pane}", "-F", "#{pane_dead}")).match(/0/g),
    ).toHaveLength(200);
    const again = await countedRun(box, "plan");
    expect(again).toMatchObject({ code: 0, programs: ["systemctl", "tmux"] });
    expect((await plan(box)).actions).toEqual([]);
    await fleet(box, "destroy", "--yes");
    expect(await box.sh("find /sys/fs/cgroup -name 'mosaic-*'")).toBe("");
  });
});
