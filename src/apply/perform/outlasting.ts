import type { Layout } from "../../desired/layout.ts";
import type { ApplyEvent } from "../../events/apply-events.ts";
import { notEnded, notReady } from "../../observe/runtime/under-way.ts";
import { readWaits } from "../../observe/runtime/wait.ts";
import type { Action } from "../../plan/types.ts";
import type { Batch } from "../batches.ts";

/** The run's wait for a call before it continues with independent actions, ms. */
const patienceMs = 2_000;

/** Ends after the patience. The timer does not keep the process from ending. */
export function patience(): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), patienceMs).unref());
}

/** Returns the event of a long call, with the waits of its agents that have not ended yet. */
export function outlasting(batch: Batch, layout: Layout, sinceMs: number): ApplyEvent {
  const actions = slowest(batch, layout, sinceMs);
  const waits = readWaits(
    actions.flatMap(({ agent }) => agent ?? []),
    layout,
  );
  return { kind: "outlasting", actions, ...(waits.size === 0 ? {} : { waits }) };
}

/**
 * Returns the actions of a batch under way whose agents have not ended, or are not ready. All of them if there is none,
 * because systemd may still wait for something else. Reads files alone, and calls nobody.
 */
function slowest({ actions }: Batch, layout: Layout, sinceMs: number): readonly Action[] {
  const agentsWith = (isMeant: (kind: Action["kind"]) => boolean): readonly string[] =>
    actions.flatMap(({ kind, agent }) => (agent !== undefined && isMeant(kind) ? [agent] : []));
  const slow = new Set([
    ...notEnded(
      agentsWith((kind) => kind === "stop"),
      layout,
    ),
    ...notReady(
      agentsWith((kind) => kind !== "stop"),
      layout,
      sinceMs,
    ),
  ]);
  const left = actions.filter(({ agent }) => agent !== undefined && slow.has(agent));
  return left.length === 0 ? actions : left;
}
