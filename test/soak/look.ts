import type { Sandbox } from "../support/rig/sandbox.ts";
import { until } from "../support/rig/until.ts";
import { linesOf } from "../support/fleet/state.ts";

/** Everything that can be seen of the fleet and next to it at one moment. */
export interface Look {
  /** The units in the memory of systemd, for the agents of fleet `mosaic`. */
  readonly units: ReadonlyMap<string, Unit>;
  /** The agents' own panes on the fleet's socket; of two of one agent, the live one. */
  readonly panes: ReadonlyMap<string, Pane>;
  /** The agents whose sessions there are, by name or by mark. */
  readonly sessions: ReadonlySet<string>;
  /** Every path below HOME, except for the cache: type and mode, inode, times, target. */
  readonly files: ReadonlyMap<string, string>;
  /** Processes with an agent's variables. */
  readonly processes: readonly Process[];
  /** Leftovers of ended runs: temporary files. */
  readonly leftovers: readonly string[];
  /** Lines that are equal if and only if nothing of the user has changed. */
  readonly lines: readonly string[];
  /** The reasons why this is a passing moment: something happens by itself. */
  readonly unrest: readonly string[];
}

interface Unit {
  readonly active: string;
  readonly pid: string;
  /** Main process and invocation: another with every start. */
  readonly run: string;
}

interface Pane {
  readonly dead: boolean;
  readonly attached: boolean;
}

interface Process {
  readonly who: string;
  readonly gen: string | undefined;
  /** The unit that owns its control group, or the group itself if no unit does. */
  readonly unit: string;
}

const script = `
  set +e +o pipefail # what is not there says nothing
  systemctl --user list-jobs --no-legend --plain | sed 's/^/job|/'
  for socket in mosaic-factory night-factory default; do
    tmux -N -L $socket list-panes -a -F \\
      "pane|$socket|#{@mosaic_agent}|#{pane_dead}|#{session_attached}|#{session_id}|#{session_name}|#{pane_id}|#{pane_pid}" 2>/dev/null
  done
  grep -szoHE '^(WHO|GEN)=.*' /proc/[0-9]*/environ | tr '\\0' '\\n' | sed -E 's,^/proc/([0-9]+)/environ:,var|\\1|,'
  grep -sHE '^0::' /proc/[0-9]*/cgroup | sed -E 's,^/proc/([0-9]+)/cgroup:.*/([^/]+[.]service)(/.*)?$,group|\\1|\\2,; t; s,^/proc/([0-9]+)/cgroup:(.*),group|\\1|\\2,'`;

const properties = ["Id", "ActiveState", "SubState", "MainPID", "InvocationID"];

/** Returns a line for each unit in the memory of systemd, and one for its last reload. */
async function unitLines(box: Sandbox): Promise<readonly string[]> {
  const shown = await box.sh(`systemctl --user show --property=${properties.join(",")} '*.service'`);
  const units = shown.split("\n\n").map((block) => {
    const values = new Map(
      linesOf(block).map((line) => [line.replace(/=.*/, ""), line.replace(/^\w+=/, "")]),
    );
    return ["unit", ...properties.map((name) => values.get(name))].join("|");
  });
  const manager = await box.sh("systemctl --user show --property=GeneratorsFinishTimestampMonotonic");
  return [...units.sort(), `manager|${manager.trim()}`];
}

/** Returns a line for each path below HOME, except for the cache, and one for each leftover of an ended run. */
async function fileLines(box: Sandbox): Promise<readonly string[]> {
  const runtime = `/run/user/${box.uid}/mosaic-fleet`;
  const [home, cache, runs] = await Promise.all([
    box.entries("~", { without: [".cache"] }),
    box.entries("~/.cache"),
    box.entries(runtime),
  ]);
  const left = [
    ...home.map(({ path }) => `~/${path}`).filter((path) => path.startsWith("~/.config/")),
    ...cache.map(({ path }) => `~/.cache/${path}`),
    ...runs.map(({ path }) => `${runtime}/${path}`),
  ].filter((path) => path.endsWith(".mosaic-fleet-tmp") || /^\/.*\.reload-pending$/.test(path));
  return [
    ...home.map(({ path, kind, mode, inode, writtenNs, changedNs, link }) =>
      ["file", path, [kind + mode, inode, writtenNs, changedNs, link].join(" ")].join("|"),
    ),
    ...left.map((path) => `left|${path}`),
  ];
}

/** Looks once. */
async function look(box: Sandbox): Promise<Look> {
  const [found, ...others] = await Promise.all([box.sh(script), unitLines(box), fileLines(box)]);
  const lines = [...linesOf(found).toSorted(), ...others.flat()];
  const rows = lines.map((line) => line.split("|"));
  const of = (kind: string): readonly (readonly string[])[] => rows.filter(([first]) => first === kind);
  const units = new Map<string, Unit>();
  for (const [, id = "", active = "", , pid = "", invocation = ""] of of("unit")) {
    const name = agentOf(id);
    if (name !== undefined) units.set(name, { active, pid, run: `${pid} ${invocation}` });
  }
  const panes = new Map<string, Pane>();
  const sessions = new Set<string>();
  for (const [, socket, agent = "", dead, attached, , session = ""] of of("pane")) {
    if (socket !== "mosaic-factory") continue;
    sessions.add(session);
    if (agent === "") continue;
    sessions.add(agent);
    if (panes.get(agent)?.dead !== false)
      panes.set(agent, { dead: dead === "1", attached: attached !== "0" });
  }
  const unrest = [
    ...of("job").map((row) => `job ${row.join(" ")}`),
    ...of("unit")
      .filter(([, , active]) => active === "activating" || active === "deactivating")
      .map(([, id, active]) => `${id} is ${active}`),
    ...[...units]
      .filter(([name, { active }]) => active === "active" && panes.get(name)?.dead !== false)
      .map(([name]) => `${name} is active without a live pane`),
  ];
  return {
    units,
    panes,
    sessions,
    files: new Map(of("file").map(([, path = "", ...facts]) => [path, facts.join("|")])),
    processes: processesIn(of("var"), of("group")),
    leftovers: of("left").map(([, path = ""]) => path),
    lines: lines
      .filter((line) => /^(?:unit|manager|pane|file)\|/.test(line))
      // The number of clients changes by itself. No run could change it.
      .map((line) => line.replace(/^(pane\|[^|]*\|[^|]*\|[^|]*)\|\d+/, "$1")),
    unrest,
  };
}

/**
 * Looks again and again until nothing happens by itself any more: systemd restores much, and a killed run leaves its
 * commands. `last` is the earlier state of the machine at rest: one look is enough if nothing has changed since.
 */
export async function lookSettled(box: Sandbox, last?: Look): Promise<Look> {
  let before = last;
  const settled = async (): Promise<Look | false> => {
    const now = await look(box);
    const isSame = before !== undefined && same(before, now);
    before = now;
    if (now.unrest.length > 0) throw new Error(now.unrest.join("; "));
    return isSame && now;
  };
  // systemd tries a holder 100 times if its start script has no run bit. On a busy machine that takes over 40 s.
  return until("the machine comes to rest", settled, 180_000);
}

/** Returns true if nothing of the user has changed between two looks. */
export function same(before: Look, after: Look): boolean {
  return before.lines.join("\n") === after.lines.join("\n");
}

function agentOf(unit: string): string | undefined {
  return /^mosaic-agent@(.+)\.service$/.exec(unit)?.[1];
}

function processesIn(
  variables: readonly (readonly string[])[],
  groups: readonly (readonly string[])[],
): readonly Process[] {
  const unitOf = new Map(groups.map(([, pid = "", unit = ""]) => [pid, unit]));
  const byPid = new Map<string, Map<string, string>>();
  for (const [, pid = "", assignment = ""] of variables) {
    const [name = "", value = ""] = assignment.split("=");
    byPid.set(pid, (byPid.get(pid) ?? new Map<string, string>()).set(name, value));
  }
  return [...byPid].flatMap(([pid, its]) => {
    const [who, unit] = [its.get("WHO"), unitOf.get(pid)];
    // A process that has ended between the two readings has no group.
    return who === undefined || unit === undefined ? [] : [{ who, gen: its.get("GEN"), unit }];
  });
}
