import { setTimeout as sleep } from "node:timers/promises";
import { agentUnit, busyPath, type Layout } from "../../desired/layout.ts";
import { exists } from "../../drivers/files/read.ts";
import { unitOfGroup } from "../../machine/control-groups.ts";
import { controlGroupOf } from "./control-group.ts";
import { hasComputed, processorTime } from "./resource-use.ts";
import type { Observed, ObservedPane, SilentWork } from "../../observed/types.ts";

/** Length of a sample, ms. */
const sampleMs = 100;

/** So many of the samples decide, of at most twice as many less one. */
const majority = 3;

/** A silent agent, and its pane or a declared one next to it. */
interface SilentAgent {
  readonly name: string;
  readonly pane: ObservedPane;
}

/**
 * Finds the working ones among these silent ones, by the name of the agent or the id of another pane: the agent has its marker file, or its processes used the
 * processor in most of a few short samples. Takes 0.3 to 0.5 s, and no time for an empty list.
 *
 * One sample is not enough: a prompt that redraws its clock every second fills one sample and leaves the next
 * ones empty, while a compiler fills them all.
 */
export async function silentWork(
  asked: readonly SilentAgent[],
  layout: Layout,
): Promise<ReadonlyMap<string, SilentWork>> {
  const found = new Map<string, SilentWork>();
  const groups = new Map<string, string>();
  for (const { name: agent, pane } of asked) {
    const group = controlGroupOf(pane.pid);
    const name = pane.side === undefined ? agent : pane.id;
    if (name === agent && exists(busyPath(layout, agent))) found.set(name, "says-so");
    // A pane outside its unit is still in the holder's group, with the windows of all others.
    else if (group !== undefined && unitOfGroup(group) === agentUnit(layout, agent)) {
      groups.set(name, group);
    }
  }
  for (const name of await computing(groups)) found.set(name, "computes");
  return found;
}

/** Samples all groups at once until each has been seen often enough. */
async function computing(groups: ReadonlyMap<string, string>): Promise<ReadonlySet<string>> {
  const open = new Map(
    [...groups].map(([name, group]) => [name, { group, used: ownTime(group), busy: 0, quiet: 0 }]),
  );
  const busy = new Set<string>();
  let at = performance.now();
  while (open.size > 0) {
    await sleep(sampleMs);
    const now = performance.now();
    for (const [name, state] of open) {
      const used = ownTime(state.group);
      if (hasComputed(state.group, state.used, used, now - at)) state.busy += 1;
      else state.quiet += 1;
      state.used = used;
      if (state.busy >= majority) busy.add(name);
      if (Math.max(state.busy, state.quiet) >= majority) open.delete(name);
    }
    at = now;
  }
  return busy;
}

/** Returns the processor time of a group without that of the declared windows in it, µs. */
function ownTime(group: string): number | undefined {
  const all = processorTime(group);
  return all === undefined ? undefined : all - (processorTime(`${group}/windows`) ?? 0);
}

/** Adds the results on silent work to an observation, and the agents that say they are done. */
export function withSilentWork(
  observed: Observed,
  work: ReadonlyMap<string, SilentWork>,
  done: ReadonlySet<string>,
): Observed {
  const { tmux } = observed;
  if (work.size + done.size === 0 || tmux.kind === "absent") return observed;
  const panes = tmux.panes.map((pane) => {
    if (pane.dead) return pane;
    const found = work.get(pane.side === undefined ? (pane.agent ?? "") : pane.id);
    const isDone = pane.side === undefined && done.has(pane.agent ?? "");
    if (found === undefined && !isDone) return pane;
    return { ...pane, ...(found === undefined ? {} : { work: found }), ...(isDone ? { isDone } : {}) };
  });
  return { ...observed, tmux: { ...tmux, panes } };
}
