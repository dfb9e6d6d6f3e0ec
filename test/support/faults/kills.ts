import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Sandbox } from "../rig/sandbox.ts";
import type { Lane } from "./lane.ts";
import { linesOf } from "../fleet/state.ts";

/** The files that a sandbox has to show (`visible`) for killed runs. */
export const killHook = {
  "rig/kill-hook.cjs": fileURLToPath(new URL("kill-hook.cjs", import.meta.url)),
  "rig/node-calls.cjs": fileURLToPath(new URL("node-calls.cjs", import.meta.url)),
};
const hooked = { NODE_OPTIONS: "--require=/run/fleet/rig/kill-hook.cjs" };

/**
 * Returns the environment in which a run of `fleet` is killed at the moment of this name, as kill-hook.cjs gives it.
 */
export function killedAt(moment: string): Record<string, string> {
  return { ...hooked, KILL_AT: moment };
}

/**
 * Returns the environment in which a run of `fleet` gets its moment from a file, as soon as that has a line such as
 * `at after flock`.
 */
export function killedByOrder(file: string): Record<string, string> {
  return { ...hooked, KILL_ORDER: file };
}

/** Returns the moments of a run of `fleet` with this environment, in order. */
export async function momentsOf(
  box: Sandbox,
  run: (env: Record<string, string>) => Promise<unknown>,
): Promise<readonly string[]> {
  const log = (await box.sh("mktemp")).trim();
  await run({ ...hooked, KILL_LOG: log });
  return linesOf(await box.read(log));
}

/** A look at systemd or tmux, or the file without a name that takes its output. */
const look =
  /^before (?:systemctl list-units|systemctl show|tmux |journalctl |open \/run\/user\/\d+(?: #\d+)?$)/;

/**
 * Returns the common moments of several runs to the same goal, in the order of the first. A look has to be in every run to
 * any goal: on a busy machine some runs look again, and a later one has no such moment.
 */
export function usualMoments(
  [first = [], ...others]: readonly (readonly string[])[],
  everyRun: readonly (readonly string[])[],
): readonly string[] {
  return first.filter((moment) =>
    (look.test(moment) ? everyRun : others).every((run) => run.includes(moment)),
  );
}

/**
 * Expects that nearly all kills have met their moment. A busy machine looks more often in some runs, so up to a third of
 * all kills may have missed an additional look, and a tenth may have missed a step.
 */
export function expectFewMissed(missed: readonly string[], tried: number): void {
  const steps = missed.filter((moment) => !look.test(moment));
  expect(steps.length, `not met: ${steps.join("; ")}`).toBeLessThan(tried / 10);
  expect(missed.length, `not met: ${missed.join("; ")}`).toBeLessThan(tried / 3);
}

/** One moment of one run at which it is to be killed. */
export interface Kill<Goal extends string> {
  readonly goal: Goal;
  readonly moment: string;
  /** The moment directly after it, if nothing happens in between. */
  readonly next?: string;
}

/** Moments with the same effect as another one: between the steps of one temporary file, and while it only reads. */
const alike =
  /^before (?:fchmod|fsync|write) |^(?:while|with|after) .*\b(?:list-units|list-jobs|list-panes|show|capture-pane)\b/;

/** Returns true if a moment has the same effect as the one before it: another step of one temporary file. */
function isStepOfSameFile(moment: string, before: readonly string[]): boolean {
  const [, step = "", file = ""] = /^(before writeFile|half write) (.*~.*)$/.exec(moment) ?? [];
  const earlier = step === "half write" ? `half writeFile ${file}` : `before open ${file}`;
  return step !== "" && before.includes(earlier);
}

/** A look that changes nothing: a reading, or the file without a name that takes its output. */
const isLook =
  /^before (?:systemctl (?:list-units|list-jobs|show)|tmux (?:display-message|list-panes|capture-pane)|journalctl|open \/run\/user\/\d+)(?: #\d+)?$/;

/**
 * Returns true for a look directly after another look. Whatever changes anything has a moment of its own, so there was
 * nothing of the kind between them, and the machine is the same.
 */
function isLookAfterLook(moment: string, before: readonly string[]): boolean {
  return isLook.test(moment) && isLook.test(before.at(-1) ?? "");
}

/** Returns the kind of a moment: the same step for another agent, or for another file of the cache, is of the same kind. */
function kindOf(moment: string): string {
  return moment
    .replace(/agent@\w+/, "agent@")
    .replace(/agents\/\w+/, "agents/")
    .replace(/(\.cache\/.*) #\d+$/, "$1");
}

/**
 * Returns every kill with KILL_ALL=1, and otherwise one of each kind. The same step for another agent or another goal
 * is of the same kind, and the goals take turns. Moments with the same effect as another one are left out. The state
 * after a step is the state before the next, so one kill between two steps is of two kinds.
 */
export function worthTrying<Goal extends string>(kills: readonly Kill<Goal>[]): readonly Kill<Goal>[] {
  if (process.env["KILL_ALL"] === "1") return kills;
  const kinds = new Map<string, readonly Kill<Goal>[]>();
  const between = new Map<string, readonly Kill<Goal>[]>();
  for (const [index, kill] of kills.entries()) {
    const { goal, moment } = kill;
    const before = kills.slice(Math.max(0, index - 3), index).filter((other) => other.goal === goal);
    const steps = before.map((other) => other.moment);
    if (alike.test(moment) || isStepOfSameFile(moment, steps) || isLookAfterLook(moment, steps)) continue;
    const kind = kindOf(moment);
    kinds.set(kind, [...(kinds.get(kind) ?? []), kill]);
    const last = steps.at(-1) ?? "";
    // A reading may come a while after the step before it.
    const isNext = last.startsWith("after ") && moment.startsWith("before ") && !isReading.test(moment);
    if (isNext && !alike.test(last))
      between.set(kind, [...(between.get(kind) ?? []), { goal, moment: last, next: moment }]);
  }
  const chosen: Kill<Goal>[] = [];
  const isChosen = new Set<string>();
  for (const [kind, same] of [...between, ...kinds]) {
    const open = same.filter(({ moment }) => !isChosen.has(kind) && !isChosen.has(kindOf(moment)));
    const next = open.find(({ goal }) => goal !== chosen.at(-1)?.goal) ?? open[0];
    if (next === undefined) continue;
    isChosen.add(kind).add(kindOf(next.moment));
    chosen.push(next);
  }
  return chosen;
}

const isReading = /\b(?:list-units|list-jobs|list-panes|show|capture-pane|display-message)\b/;

/**
 * Shares the work among the lanes, of which two are enough: more take more processor time for the same work. Each lane does the next work after its last one, if possible something that `suits`.
 * Returns their results.
 */
export async function inLanes<Work>(
  lanes: readonly Lane[],
  work: readonly Work[],
  suits: (lane: Lane, work: Work) => boolean,
  each: (lane: Lane, work: Work) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const rest = [...work];
  const take = (lane: Lane): Work | undefined =>
    rest.splice(
      Math.max(
        0,
        rest.findIndex((some) => suits(lane, some)),
      ),
      1,
    )[0];
  const lists = await Promise.all(
    lanes.map(async (lane) => {
      const said: string[] = [];
      for (let next = take(lane); next !== undefined; next = take(lane)) {
        const problems = await each(lane, next);
        // At once: a run of all tests that somebody stops prints no failure.
        for (const problem of problems) console.error(problem);
        said.push(...problems);
      }
      return said;
    }),
  );
  return lists.flat();
}

/** Returns the differences between two lists of lines, a line each. */
export function differences(wanted: readonly string[], found: readonly string[]): readonly string[] {
  return [
    ...wanted.filter((line) => !found.includes(line)).map((line) => `- ${line}`),
    ...found.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`),
  ];
}
