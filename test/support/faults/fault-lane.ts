import { stringify } from "yaml";
import type { Ran, Sandbox } from "../rig/sandbox.ts";
import { waits } from "../fleet/fleet.ts";
import { linesOf } from "../fleet/state.ts";

/** The results of the actions of an apply with --json. */
interface Said {
  readonly done: readonly string[];
  readonly failed: readonly string[];
  readonly unknown: readonly string[];
  readonly skipped: readonly string[];
  readonly verified: boolean;
  readonly plan: Planned;
}

/** One apply, and its breaches of the rules for every apply, whatever happened to it. */
export interface Trial {
  readonly code: number;
  /** Undefined if nothing was begun: then only diagnostics were printed. */
  readonly said: Said | undefined;
  /** The codes of all diagnostics. */
  readonly codes: readonly string[];
  readonly wrongs: readonly string[];
}

/** A fleet with a name of its own, so several can be tried next to each other in one sandbox. */
export interface Lane {
  unit(agent: string): string;
  /** The agent that is new on this day, and the agent to be removed. */
  readonly arriving: string;
  readonly leaving: string;
  /** Declares the other day. */
  turn(): Promise<void>;
  /** Applies, with these variables and behind this command, and compares its output with the machine. */
  apply(env: Record<string, string>, ...before: readonly string[]): Promise<Trial>;
  /** Applies without any fault, and returns the wrongs: nothing may be left to do, and nobody else touched. */
  mend(): Promise<readonly string[]>;
}

const ended = { command: "echo bye" };
const broken = { command: "exit 3", restart: { policy: "no" } };

/** The two days of a fleet. Between them, each verb has something to do, in both directions. */
const days = [
  { same: {}, changed: { env: { DAY: "1" } }, gone: {}, ended, broken },
  { same: {}, changed: { env: { DAY: "2" } }, added: {}, over: ended, broken },
] as const;

/** These never stay up, and so are started by every apply. */
const passing = ["broken", "ended", "over"];

/** Starts a fleet on its first day. */
export async function openLane(box: Sandbox, name: string): Promise<Lane> {
  const file = `/tmp/${name}.yaml`;
  const unit = (agent: string): string => `${name}-agent@${agent}.service`;
  let day: 0 | 1 = 0;
  let same: string | undefined;
  let latest: Things = new Map();

  async function declare(): Promise<void> {
    const runtimes = { quiet: { command: waits } };
    const defaults = { runtime: "quiet", onChange: "restart" };
    await box.write(file, stringify({ version: 1, name, runtimes, defaults, agents: days[day] }));
  }

  const words = ["apply", "--yes", "--json", "-f", file];

  /** Compares the output of an apply with the machine. */
  async function judge(running: Promise<Ran>): Promise<Trial> {
    const earlier = latest;
    const ran = await running;
    const later = await look(box, name);
    latest = later;
    const parsed = parse(ran.stdout);
    const said = parsed?.done === undefined ? undefined : (parsed as Said);
    const wrongs = [
      ...(parsed === undefined ? [`no JSON: ${JSON.stringify(ran)}`] : []),
      ...(/^ {2,}at |internal error/m.test(ran.stderr + ran.stdout) ? [`a stack trace: ${ran.stderr}`] : []),
      ...falseClaims(said?.done ?? [], earlier, later),
      ...(said === undefined && JSON.stringify([...earlier]) !== JSON.stringify([...later])
        ? ["something was changed in silence"]
        : []),
      ...(same !== undefined && later.get(unit("same")) !== same
        ? ["an agent without a change was touched"]
        : []),
      ...[...later.keys()]
        .filter((thing) => /^\/.*(~|\.tmp|\.\d+)$/.test(thing))
        .map((path) => `left lying about: ${path}`),
    ];
    return { code: ran.code, said, codes: (parsed?.diagnostics ?? []).map(({ code }) => code), wrongs };
  }

  async function plan(): Promise<Planned> {
    const ran = await box.fleet(["plan", "--json", "-f", file]);
    if (ran.code !== 0) throw new Error(`fleet plan: ${JSON.stringify(ran)}`);
    return JSON.parse(ran.stdout) as Planned;
  }

  async function mend(): Promise<readonly string[]> {
    const trial = await judge(box.fleet(words));
    const torn = (trial.said?.plan.agents ?? []).filter(
      ({ reason }) => reason === "file-edited" || reason === "not-ours",
    );
    const { actions } = await plan();
    const now = latest;
    const left = actions.filter(({ agent }) => !passing.includes(agent ?? ""));
    const names = Object.keys(days[day]).toSorted();
    const sessions = [...now].flatMap(([thing, value]) => (thing.startsWith("$") ? [value] : [])).toSorted();
    const down = names.filter((agent) => !passing.includes(agent) && !isActive(now, unit(agent)));
    return [
      ...trial.wrongs,
      ...(trial.code === 4 ? [] : [`mending exits with ${trial.code}: ${JSON.stringify(trial)}`]),
      ...torn.map((agent) => `a file of ${agent.name} was not whole`),
      ...left.map(({ id }) => `left to do after mending: ${id}`),
      ...(sessions.join() === names.join()
        ? []
        : [`sessions are ${sessions.join()}, and not ${names.join()}`]),
      ...down.map((agent) => `${agent} does not run after mending`),
    ];
  }

  await declare();
  latest = await look(box, name);
  const first = await judge(box.fleet(words));
  if (first.code !== 4) throw new Error(`the lane did not begin: ${JSON.stringify(first)}`);
  same = latest.get(unit("same"));
  return {
    unit,
    get arriving() {
      return day === 1 ? "added" : "gone";
    },
    get leaving() {
      return day === 1 ? "gone" : "added";
    },
    async turn() {
      day = day === 0 ? 1 : 0;
      await declare();
    },
    apply: (env, ...before) =>
      judge(
        // Code loaded into the run, and a command around it, need a process.
        "NODE_OPTIONS" in env || before.length > 0
          ? box.run([...before, "fleet", ...words], { env })
          : box.fleet(words, { env }),
      ),
    mend,
  };
}

type Things = ReadonlyMap<string, string>;

/** Returns everything of a fleet: units with process and invocation, sessions (`$N`) with their names, and files. */
async function look(box: Sandbox, name: string): Promise<Things> {
  const properties = "--property=Id,ActiveState,MainPID,InvocationID";
  const [units, sessions, files] = await Promise.all([
    box.run(["systemctl", "--user", "show", properties, `${name}-*.service`]),
    box.run(["tmux", "-N", "-L", `${name}-factory`, "list-sessions", "-F", "#{session_id}|#{session_name}"]),
    box.entries("~/.config"),
  ]);
  if (units.code !== 0) throw new Error(`systemctl show: ${JSON.stringify(units)}`);
  const blocks = units.stdout.split("\n\n").filter((block) => block.trim() !== "");
  return new Map([
    ...blocks
      .map((block) => [/^Id=(.*)$/m.exec(block)?.[1] ?? "", linesOf(block).join(" ")] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
    ...linesOf(sessions.stdout).map((line) => splitAt(line, "|")),
    ...files
      .filter(({ kind, path }) => kind !== "d" && path.includes(name))
      .map(({ path, inode, writtenNs }) => [`${box.home}/.config/${path}`, `${inode} ${writtenNs}`] as const),
  ]);
}

function splitAt(line: string, mark: string): readonly [string, string] {
  const place = line.indexOf(mark);
  return [line.slice(0, place), line.slice(place + 1)];
}

function isActive(things: Things, unit: string): boolean {
  return things.get(unit)?.includes("ActiveState=active") ?? false;
}

/** Returns the actions reported as done, but not visible on the machine. */
function falseClaims(done: readonly string[], before: Things, after: Things): readonly string[] {
  const isTrue = (id: string): boolean => {
    const [, kind = "", target = ""] = /^([a-z-]+):(.*)$/s.exec(id) ?? [];
    const comesAndGoes = passing.some((agent) => target.includes(`@${agent}.`));
    switch (kind) {
      case "write-file":
      case "link":
        return after.has(target) && after.get(target) !== before.get(target);
      case "remove-file":
      case "unlink":
      case "kill-session":
        return !after.has(target);
      case "stop":
        return !isActive(after, target);
      case "start":
      case "restart":
        return comesAndGoes || (isActive(after, target) && after.get(target) !== before.get(target));
      default:
        return true; // nothing shows a reload or a reset
    }
  };
  return done.filter((id) => !isTrue(id)).map((id) => `said to be done, and is not: ${id}`);
}

interface Planned {
  readonly agents: readonly { readonly name: string; readonly reason?: string }[];
  readonly actions: readonly { readonly id: string; readonly agent?: string }[];
}

function parse(
  text: string,
): (Partial<Said> & { readonly diagnostics: readonly { readonly code: string }[] }) | undefined {
  try {
    return JSON.parse(text) as Said & { readonly diagnostics: readonly { readonly code: string }[] };
  } catch {
    return undefined;
  }
}
