import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

/**
 * A program that needs a second, its terminal and another program (sleep) to save after SIGTERM. It appends its name to
 * ~/saved then. The loss of the terminal or any other signal ends it before.
 */
const saver = `#!/bin/sh
trap 'trap "" TERM; echo saving; sleep 1; echo saved && echo "$1" >>~/saved; exit 0' TERM
: >~/"ready-$1"
sleep 1000 & wait
`;

/** The same, but its handler starts another program to save, and SIGTERM would end that program like any other. */
const byChild = `#!/bin/sh
trap 'sleep 0.5 && echo "$1" >>~/saved; exit 0' TERM
: >~/"ready-$1"
sleep 1000 & wait
`;

/** The program itself, behind shells that end on SIGTERM or ignore it, and in process groups of its own. */
const commands = {
  argv: "[/run/home/saver, argv]",
  list: "cd / && ~/saver list",
  login: "bash -lic '~/saver login; exec bash'",
  group: "set -m; ~/saver group & wait",
  handler: "~/by-child handler",
} as const;
const names = Object.keys(commands).toSorted();

function fleet(mark: string, agents: readonly string[] = names, more = ""): string {
  const lines = Object.entries(commands).filter(([name]) => agents.includes(name));
  return `version: 1
defaults: { onChange: restart, stopTimeout: 15s, env: { MARK: ${mark} } }
agents:
${lines.map(([name, command]) => `  ${name}: { command: ${command.startsWith("[") ? command : JSON.stringify(command)} }`).join("\n")}
${more}`;
}

const killedLine = "Killed after 1 s, the stopTimeout: deaf";

describe("An agent that needs a second and its terminal to save", () => {
  const box = useSandbox();
  const units = names.map((name) => `mosaic-agent@${name}`).join(" ");
  const replicas = "  many: { replicas: REPLICAS, command: '~/saver many' }";

  beforeAll(async () => {
    await box.write("~/saver", saver, 0o755);
    await box.write("~/by-child", byChild, 0o755);
  });

  /** Runs all of them. They would save, and none has saved yet. */
  async function run(text: string): Promise<void> {
    await box.write("~/work/fleet.yaml", text);
    await box.sh("rm -f ~/ready-*; fleet apply --yes -q --allow-remove-all");
    await ready(names);
    await box.sh("rm -f ~/saved");
  }
  async function ready(agents: readonly string[]): Promise<void> {
    const files = agents.map((name) => `-e ~/ready-${name}`).join(" -a ");
    await until(
      `${agents.join(", ")} are ready`,
      async () => (await box.run(["bash", "-c", `test ${files}`])).code === 0,
    );
  }
  const saved = async (): Promise<readonly string[]> =>
    (await box.sh("cat ~/saved 2>/dev/null || :")).split("\n").filter(Boolean).toSorted();

  it.each([
    ["fleet stop", `fleet stop --yes -q ${names.join(" ")}`],
    ["systemctl stop", `systemctl --user stop ${units}`],
    [
      "a removal from fleet.yaml",
      "printf 'version: 1\\nagents: {}\\n' >fleet.yaml; fleet apply --yes -q --allow-remove-all",
    ],
    ["a stop of the holder", "systemctl --user stop mosaic-tmux-holder"],
    ["fleet destroy", "fleet destroy --yes -q"],
  ])("saves on %s", async (way, command) => {
    await run(fleet(way));
    await box.sh(command);
    expect(await saved()).toEqual(names);
    expect(await box.sh(`systemctl --user is-failed ${units} || :`)).not.toContain("failed");
  });

  it.each([
    ["fleet apply", 'sed -i "s/MARK: /&new /" fleet.yaml; fleet apply --yes -q'],
    ["systemctl restart", `systemctl --user restart ${units}`],
  ])("saves on a restart by %s, and runs again", async (way, command) => {
    await run(fleet(way));
    await box.sh(`rm ~/ready-*; ${command}`);
    expect(await saved()).toEqual(names);
    await ready(names);
  });

  it("saves if the number of replicas shrinks", async () => {
    await run(fleet("fewer", names, replicas.replace("REPLICAS", "3")));
    await ready(["many"]);
    await until(
      "three of them run",
      async () => (await box.sh("pgrep -fc '^/bin/sh /run/home/saver many' || :")) === "3\n",
    );
    await box.write("~/work/fleet.yaml", fleet("fewer", names, replicas.replace("REPLICAS", "1")));
    await box.sh("fleet apply --yes -q");
    expect(await saved()).toEqual(["many", "many"]);
  });

  it("is not reported as failed if it has to be killed, and every command mentions the kill", async () => {
    const deaf = (mark: string, state: string): string => `version: 1
defaults: { onChange: restart, env: { MARK: ${mark} } }
agents:
  deaf: { command: "trap '' TERM HUP; echo ready; sleep 1000", stopTimeout: 1s, state: ${state} }`;
    const shown = async (): Promise<string> =>
      box.sh("tmux -N -L mosaic-factory capture-pane -p -t =deaf: 2>/dev/null || :");
    const isReady = (): Promise<boolean> =>
      until("deaf is ready", async () => (await shown()).includes("ready"));
    await box.write("~/work/fleet.yaml", deaf("one", "running"));
    await box.sh("fleet apply --yes -q --allow-remove-all");
    await isReady();
    await box.write("~/work/fleet.yaml", deaf("two", "running"));
    expect((await box.fleet(["apply", "--yes"])).stderr).toContain(killedLine);
    await isReady();
    const stopped = await box.fleet(["stop", "--yes", "--json", "deaf"]);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ agentsKilled: [{ name: "deaf", afterMs: 1_000 }] });
    expect(await box.sh("systemctl --user show -P ActiveState,Result mosaic-agent@deaf")).not.toContain(
      "failed",
    );
    expect(await box.sh("fleet status")).toMatch(/^deaf +stopped \(killed after 1 s\) /m);
    expect(await box.sh("fleet status --json")).toContain('"killedAfterMs": 1000');
    expect(await box.sh("fleet plan")).not.toContain("failed");

    await box.sh("fleet start --yes -q deaf");
    await isReady();
    await box.write("~/work/fleet.yaml", deaf("two", "stopped"));
    expect((await box.fleet(["apply", "--yes"])).stderr).toContain(killedLine);
    expect(await box.sh("fleet plan")).toContain("No changes");
    expect(await box.sh("fleet status")).toMatch(/^deaf +stopped \(killed after 1 s\) /m);
  });

  it("saves when the user manager ends, as at a shutdown", async () => {
    await run(fleet("exit"));
    await box.run(["systemctl", "--user", "exit"]);
    await until("all have saved", async () => (await saved()).length === names.length);
  });
});
