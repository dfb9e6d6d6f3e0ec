import type { Sandbox } from "../rig/sandbox.ts";
import { commandsIn, fleet, plan, verbsIn, withoutUnitNames, type PlannedFleet } from "./fleet.ts";
import { changes, takeSnapshot } from "./snapshot.ts";
import { inShort, mainDetail } from "../plan/detail.ts";
import { reasonOf } from "../../../src/plan/agent-plan.ts";

/** Everything that one apply did, with its plan and the plan after it. */
export interface Effect {
  /** The plan of each agent with a change: `ACTION: REASON DETAIL`. */
  readonly planned: Readonly<Record<string, string>>;
  /**
   * Changes of the user's files, by path below ~/.config: `+ PATH` made, `~ PATH` written, `- PATH` removed; folders
   * end in `/`.
   */
  readonly files: readonly string[];
  /** Calls other than readings, in order: `VERB UNIT…`. */
  readonly verbs: readonly string[];
  /** Units that run now (`+`), do not any more (`-`), or run as another process or invocation (`~`). */
  readonly units: readonly string[];
  /** The same for agents' panes, by tmux's id, which a restart keeps. */
  readonly panes: readonly string[];
  /** The plan after it, as in `planned`. */
  readonly left: Readonly<Record<string, string>>;
}

/** The effect of an apply without changes or requests. */
export const nothing: Effect = { planned: {}, files: [], verbs: [], units: [], panes: [], left: {} };

/** Applies and plans again; throws if apply did not exit with 0, or did anything outside of its plan. */
export function observeApply(box: Sandbox, ...args: readonly string[]): Promise<Effect> {
  return observeRun(box, "apply", "--yes", ...args);
}

/** Does the same for any command that executes a plan. */
export async function observeRun(box: Sandbox, ...args: readonly string[]): Promise<Effect> {
  const before = await takeSnapshot(box);
  const ran = await fleet(box, ...args, "--json", "-v");
  if (ran.code !== 0)
    throw new Error(`fleet ${args.join(" ")}: exit ${ran.code}\n${ran.stdout}${ran.stderr}`);
  const { plan: first } = JSON.parse(ran.stdout) as { readonly plan: PlannedFleet };
  const [after, second] = await Promise.all([takeSnapshot(box), plan(box)]);
  const effect: Effect = {
    planned: says(first),
    files: changes(before.files, after.files),
    verbs: verbsIn(commandsIn(ran.stderr)),
    units: changes(before.units, after.units),
    panes: changes(before.panes, after.panes),
    left: says(second),
  };
  assertAsPlanned(first, effect, box.home);
  return effect;
}

/** Returns the text of a plan about each agent and shared file with a change, now or deferred. */
export function says({ agents, shared }: PlannedFleet): Readonly<Record<string, string>> {
  const lines = [
    ...shared.map((change) => [change.role, `change: ${inShort(change)}`] as const),
    ...agents
      .filter(({ action }) => action !== "none")
      .map((agent) => [agent.name, phrase(agent.action, reasonOf(agent), mainDetail(agent))] as const),
  ];
  return Object.fromEntries(lines);
}

function phrase(action: string, reason: string | undefined, detail: string | undefined): string {
  return `${action}: ${[reason, detail].filter((word) => word !== undefined).join(" ")}`;
}

const fileKinds: ReadonlySet<string> = new Set(["write-file", "remove-file", "link", "unlink"]);

function assertAsPlanned({ actions }: PlannedFleet, effect: Effect, home: string): void {
  const files = actions
    .filter(({ kind }) => fileKinds.has(kind))
    .map(({ target }) => target.replace(`${home}/.config/`, ""))
    .sort();
  const verbs = actions.filter(({ kind }) => !fileKinds.has(kind) && kind !== "set-mode");
  const kinds = verbs.map(({ kind }) => kind).filter((kind, index, all) => kind !== all[index - 1]);
  const calls = kinds.map((kind) =>
    kind === "daemon-reload"
      ? kind
      : withoutUnitNames([kind, ...verbs.filter((verb) => verb.kind === kind).map(nameIn)].join(" ")),
  );
  const done = effect.files
    .filter((change) => !change.endsWith("/"))
    .map((change) => change.slice(2))
    .sort();
  if (done.join("\n") !== files.join("\n") || effect.verbs.join("\n") !== calls.join("\n")) {
    throw new Error(
      `apply did not do what was planned:\n${JSON.stringify({ files, calls, effect }, null, 2)}`,
    );
  }
}

/** Returns the object of a call: a unit, or the agent of the marked pane. */
function nameIn({ kind, target, agent }: PlannedFleet["actions"][number]): string {
  return kind === "tag" ? (agent ?? target) : target;
}
