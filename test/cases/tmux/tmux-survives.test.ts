import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, tmux } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

/**
 * tmux 3.2 to 3.4 ends, with every session, if a client meets a dead pane with focus reporting on (tmux/tmux#3776). It
 * also ends if somebody pastes into a dead pane (tmux/tmux#3830). One fleet goes through all of this at once.
 */

/** Terminal modes left behind by programs that cannot clean up: each alone, and all together. */
const modes = {
  focus: "\\033[?1004h",
  mouse: "\\033[?1003h\\033[?1006h",
  screen: "\\033[?1049h",
  paste: "\\033[?2004h",
  all: "\\033[?1004h\\033[?1003h\\033[?1006h\\033[?1049h\\033[?2004h",
} as const;
const modeNames = ["focus", "mouse", "screen", "paste", "all"] as const;
/** `revives` crashes, and systemd starts it again in the same pane. */
const ends = ["ends", "crashes", "revives", "killed", "script-killed", "stop", "restart", "destroy"] as const;
/** Nobody; a person; a reader with a read-only client; and a person who attaches when it is over. */
const watchers = ["nobody", "person", "reader", "later"] as const;
type Watcher = (typeof watchers)[number];

interface Trial {
  readonly name: string;
  readonly mode: keyof typeof modes;
  readonly end: (typeof ends)[number];
  readonly watcher: Watcher;
}
const trials: readonly Trial[] = modeNames.flatMap((mode) =>
  ends.flatMap((end) =>
    watchers
      .filter((watcher) => mode !== "all" || watcher === "person")
      .map((watcher) => ({ name: `${mode}-${end}-${watcher}`, mode, end, watcher })),
  ),
);
const names = (wanted: Partial<Trial> = {}): readonly string[] =>
  trials
    .filter(({ end, watcher }) => end === (wanted.end ?? end) && watcher === (wanted.watcher ?? watcher))
    .map(({ name }) => name);

function agentOf(mode: keyof typeof modes, end: string): object {
  // A pipe that nobody writes to: a loop with a sleep in each of these agents loads the machine.
  const waitsForGo = ": <~/starting-gun";
  const command = {
    ends: `${waitsForGo}; exit 0`,
    crashes: `${waitsForGo}; exit 9`,
    revives: `[ ! -e ~/go ] || exec sleep 1000; ${waitsForGo}; exit 9`,
  };
  const rest = end in command ? command[end as keyof typeof command] : "exec sleep 1000";
  return {
    command: `printf '${modes[mode]}up\\n'; ${rest}`,
    restart: { policy: end === "revives" ? "on-failure" : "no", delay: "100ms" },
  };
}

describe("the tmux server", () => {
  const box = useSandbox();
  const terminals = "/tmp/terminals";
  let server = "";
  let bystander = "";
  const pidOf = async (): Promise<string> => (await tmux(box, "display-message", "-p", "#{pid}")).trim();
  const mainPid = async (agent: string): Promise<string> =>
    (await box.sh(`systemctl --user show -P MainPID mosaic-agent@${agent}`)).trim();

  const clients = async (): Promise<number> =>
    (await tmux(box, "list-clients", "-F", "#{client_name}")).split("\n").filter(Boolean).length;
  /** Attaches a client to each of these sessions. Its terminal is a window of another tmux server. */
  async function attach(sessions: readonly string[], flags = ""): Promise<void> {
    const before = await clients();
    const windows = sessions.map(
      (name) => `new-window -d "unset TMUX; exec tmux -N -L mosaic-factory attach ${flags} -t '=${name}'"`,
    );
    await box.sh(`tmux -S ${terminals} ${windows.join(" \\; ")}`);
    await until("all clients are attached", async () => (await clients()) >= before + sessions.length);
  }
  const panesOf = async (agents: readonly string[], format: string): Promise<ReadonlyMap<string, string>> => {
    const lines = (await tmux(box, "list-panes", "-a", "-F", `#{session_name} ${format}`)).split("\n");
    return new Map(
      lines
        .map((line): [string, string] => {
          const [name = "", ...rest] = line.split(" ");
          return [name, rest.join(" ")];
        })
        .filter(([name]) => agents.includes(name)),
    );
  };
  /** Performs each of these commands of tmux, also after one that fails. */
  async function perform(commands: readonly string[]): Promise<void> {
    await box.run(["tmux", "-N", "-L", "mosaic-factory", "source-file", "-"], { input: commands.join("\n") });
  }
  async function untilDead(agents: readonly string[]): Promise<void> {
    await until("all these panes are dead", async () => {
      const dead = await panesOf(agents, "#{pane_dead}");
      return agents.every((name) => dead.get(name) === "1");
    });
  }
  async function lives(): Promise<void> {
    expect(await pidOf()).toBe(server);
    expect(await mainPid("bystander")).toBe(bystander);
  }

  beforeAll(async () => {
    await box.sh(`tmux -S ${terminals} -f /dev/null new-session -d -x 120 -y 40 'exec sleep infinity'`);
    const agents = Object.fromEntries(trials.map(({ name, mode, end }) => [name, agentOf(mode, end)]));
    await declare(box, {
      defaults: { workdir: "~", onChange: "restart" },
      agents: { ...agents, bystander: { command: "exec sleep 1000" } },
    });
    await box.sh("mkfifo ~/starting-gun");
    await apply(box);
    server = await pidOf();
    bystander = await mainPid("bystander");
    await attach(names({ watcher: "person" }));
    await attach(names({ watcher: "reader" }), "-r");
  });

  it("meets each combination of mode, end and watcher", () => {
    const single = trials.filter(({ mode, end }) => mode !== "all" && end !== "revives");
    expect(single).toHaveLength(4 * 7 * 4);
  });

  it("survives agents that end, crash and are killed while people look on", async () => {
    await box.sh(": >~/go; : >~/starting-gun");
    const panes = await panesOf(
      [...names({ end: "killed" }), ...names({ end: "script-killed" })],
      "#{pane_pid}",
    );
    const pidsOf = (end: Trial["end"]): string =>
      names({ end })
        .map((name) => panes.get(name))
        .join(" ");
    await box.sh(`kill -9 ${pidsOf("script-killed")}; for p in ${pidsOf("killed")}; do pkill -9 -P $p; done`);
    const gone = (["ends", "crashes", "killed", "script-killed"] as const).flatMap((end) => names({ end }));
    await untilDead(gone);
    await lives();
    await fleet(box, "stop", "--yes", ...names({ end: "stop" }));
    await fleet(box, "restart", "--yes", ...names({ end: "restart" }));
    await lives();
  });

  it("survives people who attach and leave afterwards", async () => {
    await attach(names({ watcher: "later" }).filter((name) => !name.includes("-stop-")));
    await lives();
    const attached = (await tmux(box, "list-clients", "-F", "#{client_name}")).split("\n").filter(Boolean);
    await perform(attached.map((name) => `detach-client -t ${name}`));
    await until("all clients have left", async () => (await clients()) === 0);
    await lives();
  });

  it("survives a paste into each pane, dead or alive", async () => {
    const ids = [...(await panesOf(names(), "#{pane_id}")).values()];
    await tmux(box, "set-buffer", "a text");
    // tmux 3.5 refuses the paste into a dead pane.
    await perform(ids.map((id) => `paste-buffer -p -t ${id}`));
    await lives();
  });

  it("survives a destroy in front of everybody", async () => {
    const left = names().filter((name) => !name.includes("-stop-") && !name.endsWith("-nobody"));
    await attach(left.filter((name) => !name.endsWith("-reader")));
    await attach(
      left.filter((name) => name.endsWith("-reader")),
      "-r",
    );
    await lives();
    const ran = await fleet(box, "destroy", "--yes");
    expect(ran.code, ran.stderr).toBe(0);
    const log = await box.sh("journalctl --user-unit=mosaic-tmux-holder --output=cat --no-pager --quiet");
    expect(log).not.toMatch(/Failed with result|restart job/);
  });
});
