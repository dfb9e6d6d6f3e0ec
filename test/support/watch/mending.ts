import { linesOf } from "../fleet/state.ts";
import { apply, declare, plan, tmux, type FleetFile } from "../fleet/fleet.ts";
import type { Sandbox } from "../rig/sandbox.ts";
import { until } from "../rig/until.ts";
import { changesIn, startWatch, type RunningWatch, type Told } from "./watcher.ts";
import type { FileChange } from "../../../src/plan/types.ts";
import { inShort } from "../plan/detail.ts";

/** The way in which drift comes to the notice of a watch, and the limit for its repair, ms. */
export interface Mode {
  readonly args: readonly string[];
  /** A look that repairs something has this cause. */
  readonly cause: "drift" | "due";
  readonly limitMs: number;
}

/** The resync is far away: a soon repair is due to an event. */
export const byEvents: Mode = { args: ["--resync", "10m"], cause: "drift", limitMs: 2_000 };

/** Two seconds, a tenth more, and the time for the repair itself. */
export const byResync: Mode = {
  args: ["--no-events", "--resync", "2s"],
  cause: "due",
  limitMs: 2_000 + 200 + 2_000,
};

/** Applies another fleet, and returns its watch after the first look. */
export async function watchOf(box: Sandbox, content: FleetFile, { args }: Mode): Promise<RunningWatch> {
  await declare(box, content);
  await apply(box, "--now", "--allow-remove-all");
  return startWatch(box, args, { isReady: ({ event }) => event === "in-line" });
}

/** Does something, as shell, in ~/.config, and returns when it began: ms since the epoch, by the sandbox's clock. */
export async function strike(box: Sandbox, script: string): Promise<number> {
  const began = await box.sh(`cd ~/.config; echo \${EPOCHREALTIME/[^0-9]/.}; { ${script}; } >&2`);
  return Math.floor(Number(linesOf(began)[0]) * 1_000);
}

/** Returns the times of the last starts of all agents that run, by any program, ms by the same clock. */
export async function startTimes(box: Sandbox): Promise<ReadonlyMap<string, number>> {
  const entries = await box.entries(`/run/user/${box.uid}/mosaic-agent`);
  return new Map(
    entries
      .filter(({ path }) => /^[^/]+\/pid$/.test(path))
      .map(({ path, writtenNs }) => [path.replace("/pid", ""), Number(BigInt(writtenNs) / 1_000_000n)]),
  );
}

/** Waits until the machine is as declared: nothing is left to be planned, and these are active, each with a live pane. */
export async function asDeclared(box: Sandbox, agents: readonly string[]): Promise<void> {
  await until("all is as declared", async () => {
    const { actions, notes } = await plan(box);
    if (actions.length > 0) throw new Error(JSON.stringify({ actions, notes }));
    const alive = await aliveAgents(box);
    if (alive.join() !== agents.toSorted().join()) throw new Error(`alive: ${alive.join(" ")}`);
    return true;
  });
}

async function aliveAgents(box: Sandbox): Promise<readonly string[]> {
  const [units, panes] = await Promise.all([
    box.sh("systemctl --user show --state=active -P Id 'mosaic-agent@*'"),
    tmux(box, "list-panes", "-a", "-F", "#{?pane_dead,,#{@mosaic_agent}}"),
  ]);
  const active = new Set([...units.matchAll(/^mosaic-agent@(.+)\.service$/gm)].map(([, name]) => name));
  return linesOf(panes)
    .filter((name) => active.has(name))
    .toSorted();
}

/** Returns the changes in some events: agents as in changesIn, and shared files as `ROLE: REASON DETAIL`. */
export function mendedIn(told: readonly Told[]): readonly string[] {
  const shared = told.flatMap((each) =>
    each.event === "shared-changed"
      ? [`${String(each["role"])}: ${inShort(each as unknown as FileChange)}`]
      : [],
  );
  return [...changesIn(told), ...shared];
}

/** Waits until the watch reports a repair by a line like this, and returns its time, ms since the epoch. */
export async function mendedMs(watch: RunningWatch, pattern: RegExp, since: number): Promise<number> {
  const fits = (event: Told): boolean => mendedIn([event]).some((line) => pattern.test(line));
  return Date.parse((await watch.waitFor(`it tells: ${pattern.source}`, fits, since)).time);
}

/** Returns the causes of the looks that changed something, each once. */
export function causesIn(told: readonly Told[]): readonly string[] {
  return [...new Set(told.flatMap(({ event, causes = [] }) => (event === "applied" ? causes : [])))];
}
