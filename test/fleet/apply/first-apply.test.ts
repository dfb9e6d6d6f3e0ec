import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { observeApply, type Effect } from "../../support/fleet/effect.ts";
import { apply, commandsIn, declare, fleet, plan, tmux, verbsIn, waits } from "../../support/fleet/fleet.ts";
import { processes, treeOf } from "../../support/measure/processes.ts";
import { machineState } from "../../support/fleet/state.ts";
import { withoutControllers } from "../../support/fleet/without-controllers.ts";

const names = ["alpha", "bravo", "charlie", "delta", "echo"];

/** One with settings of its own, one with a child in the background, one with a daemon, one without a shell. */
const five = {
  runtimes: { quiet: { command: waits } },
  defaults: { runtime: "quiet" },
  agents: {
    alpha: { env: { WHO: "alpha" } },
    bravo: { env: { WHO: "bravo" }, description: "The second", resources: { memoryMax: "512M" } },
    charlie: { env: { WHO: "charlie" }, command: "sleep 1000 & echo up; wait" },
    delta: { env: { WHO: "delta" }, command: "setsid --fork sleep 1000; echo up; exec sleep 1000" },
    echo: { env: { WHO: "echo" }, command: ["sleep", "1000"] },
  },
};

describe("the first apply", () => {
  const box = useSandbox();
  let effect: Effect;
  beforeAll(async () => {
    await declare(box, five);
  });

  it("is preceded by a plan that changes nothing", async () => {
    const before = await machineState(box);
    const ran = await fleet(box, "plan", "-v", "--detailed-exitcode");
    expect(ran.code).toBe(2);
    expect(verbsIn(commandsIn(ran.stderr))).toEqual([]);
    expect(ran.stdout).toContain("Plan: 5 to add, 0 to change, 0 to restart, 0 to remove.");
    expect(await machineState(box)).toEqual(before);
    expect(await box.sh("ls -d ~/.config $XDG_RUNTIME_DIR/mosaic* 2>/dev/null || true")).toBe("");
  });

  it("reloads systemd once and starts the holder and all agents in one call", async () => {
    effect = await observeApply(box);
    expect(effect.verbs).toEqual(["daemon-reload", `start holder ${names.join(" ")}`]);
    expect(effect.units).toEqual([...names, "holder"].map((name) => `+ ${name}`));
    expect(effect.panes).toEqual(names.map((name) => `+ ${name}`));
  });

  it("creates exactly the planned files, with their modes", async () => {
    // The parsed fleet.yaml is kept in ~/.cache.
    const tree = await box.sh(
      "cd ~ && find . -mindepth 1 ! -path './work*' ! -path './.cache*' -printf '%M %P\\n'",
    );
    const named = tree.replaceAll(/(?<=\/states\/)[\da-f]+(?=\.json)/g, "DIGEST");
    expect(named.trim().split("\n").toSorted(byPath)).toEqual([
      "drwxr-xr-x .config",
      "drwxr-xr-x .config/mosaic",
      "drwxr-xr-x .config/mosaic/fleet",
      "drwx------ .config/mosaic/fleet/agents",
      ...names.map((name) => `-rw------- .config/mosaic/fleet/agents/${name}.env`),
      "drwxr-xr-x .config/mosaic/tools",
      "drwxr-xr-x .config/mosaic/tools/fleet",
      "-rwxr-xr-x .config/mosaic/tools/fleet/start-agent-session.sh",
      "drwxr-xr-x .config/systemd",
      "drwxr-xr-x .config/systemd/user",
      "drwxr-xr-x .config/systemd/user/default.target.wants",
      ...names.map(
        (name) => `lrwxrwxrwx .config/systemd/user/default.target.wants/mosaic-agent@${name}.service`,
      ),
      "-rw-r--r-- .config/systemd/user/mosaic-agent@.service",
      "drwxr-xr-x .config/systemd/user/mosaic-agent@bravo.service.d",
      "-rw-r--r-- .config/systemd/user/mosaic-agent@bravo.service.d/50-fleet.conf",
      "-rw-r--r-- .config/systemd/user/mosaic-tmux-holder.service",
      // The record of the run, for fleet events, and the text of fleet.yaml, for fleet rollback.
      "drwx------ .local",
      "drwx------ .local/state",
      "drwx------ .local/state/mosaic",
      "drwx------ .local/state/mosaic/fleet",
      "-rw------- .local/state/mosaic/fleet/history.jsonl",
      "drwx------ .local/state/mosaic/fleet/states",
      "-rw------- .local/state/mosaic/fleet/states/DIGEST.json",
    ]);
  });

  it("leaves every agent running, in a session of its name", async () => {
    const ran = await fleet(box, "status", "--json");
    const { agents } = JSON.parse(ran.stdout) as { agents: readonly Record<string, unknown>[] };
    expect(
      agents.map(({ name, state, active, sub, restarts }) => [name, state, active, sub, restarts]),
    ).toEqual(names.map((name) => [name, "running", "active", "running", 0]));
    for (const name of names.slice(0, 4)) {
      await until(`${name} says that it is up`, async () =>
        (await tmux(box, "capture-pane", "-p", "-t", `=${name}:`)).startsWith("up\n"),
      );
    }
    const sessions = await tmux(box, "list-sessions", "-F", "#{session_name}");
    expect(sessions.trim().split("\n").toSorted()).toEqual(names);
  });

  it("keeps every process of an agent in the control group of its own unit", async () => {
    const panes = await tmux(box, "list-panes", "-a", "-F", "#{session_name} #{pane_pid}");
    const all = await processes(box);
    for (const line of panes.trim().split("\n")) {
      const [name = "", pid] = line.split(" ");
      const below = treeOf(Number(pid), all);
      const marked = all.filter(({ who }) => who === name);
      expect(below.length, `processes in the pane of ${name}`).toBeGreaterThan(1);
      expect(marked.length, `processes of ${name}`).toBeGreaterThan(1);
      expect(new Set([...below, ...marked].map(({ unit }) => unit))).toEqual(new Set([name]));
    }
    const server = await tmux(box, "display-message", "-p", "#{pid}");
    expect(all.filter(({ unit }) => unit === "holder").map(({ pid }) => pid)).toEqual([Number(server)]);
  });

  it("is followed by an empty plan", async () => {
    expect(effect.left).toEqual({});
    expect(await plan(box)).toMatchObject({ actions: [], unmanaged: [], notes: [], refusals: [] });
    const ran = await fleet(box, "plan", "--detailed-exitcode");
    const stdout = withoutControllers(ran.stdout);
    expect({ ...ran, stdout }).toEqual({
      code: 0,
      stdout: "No changes. The fleet matches fleet.yaml.\n",
      stderr: "",
    });
  });

  it("is followed by an apply that writes nothing and only reads, once from systemd and once from tmux", async () => {
    const before = await machineState(box);
    const commands = await apply(box);
    expect(commands).toHaveLength(2);
    expect(new Set(commands.map((command) => command.split(" ")[0]))).toEqual(new Set(["systemctl", "tmux"]));
    expect(verbsIn(commands)).toEqual([]);
    expect(await machineState(box)).toEqual(before);
  });

  it("links agents as `systemctl --user enable` would", async () => {
    const links = () => box.sh("cd ~/.config/systemd/user && find . -type l -printf '%p -> %l\\n' | sort");
    const units = names.map((name) => `mosaic-agent@${name}.service`).join(" ");
    const ours = await links();
    await box.sh(`systemctl --user disable ${units}`);
    expect(await links()).toBe("");
    await box.sh(`systemctl --user enable ${units}`);
    expect(await links()).toBe(ours);
    expect((await plan(box)).actions).toEqual([]);
  });
});

/** Compares lines of `MODE PATH`. */
function byPath(one: string, other: string): number {
  return one.slice(11) < other.slice(11) ? -1 : 1;
}
