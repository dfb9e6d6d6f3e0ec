import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { grouped } from "../text/grouped.ts";
import type { Frame, HostFacts } from "../transport/frames.ts";
import type { HostEnd } from "../transport/host-run-state.ts";
import { parseJson } from "../text/json.ts";

/** The result of a command on one host. */
export interface HostResult {
  readonly host: string;
  readonly end: HostEnd;
  /** Undefined for a host that was not reached. */
  readonly facts: HostFacts | undefined;
  /** Its clock minus that of this machine, at the arrival of the facts, ms. */
  readonly clockAheadMs?: number | undefined;
  /** Everything that a person would have read, in its order. */
  readonly frames: readonly Frame[];
}

/** Returns the last JSON object of a result, also one that is the text of the command; undefined without one. */
export function hostValueOf({ frames }: HostResult): unknown {
  const object = frames.findLast((frame) => frame.kind === "json");
  if (object !== undefined) return object.value;
  const text = frames.findLast((frame) => frame.kind === "raw")?.text;
  return text === undefined ? undefined : parseJson(text);
}

/** Returns the problems of a result. */
export function problemsOf({ frames }: HostResult): readonly Diagnostic[] {
  return frames.flatMap((frame) => (frame.kind === "problems" ? frame.problems : []));
}

/** Returns the plan of a result that waits for an agreement; undefined without one. */
export function proposalOf({ frames }: HostResult): string | undefined {
  return frames.findLast((frame) => frame.kind === "proposal")?.id;
}

/** Returns the plan to save of a result; undefined without one. */
export function savedPlanOf({ frames }: HostResult): object | undefined {
  return frames.findLast((frame) => frame.kind === "saved")?.plan;
}

/** Keys of results that differ between machines in the same situation: times and numbers of processes. */
const volatile: ReadonlySet<string> = new Set([
  "idleSeconds",
  "quietSeconds",
  "pid",
  "since",
  "now",
  "madeAt",
  "tookMs",
]);

/** Parts of a result that nobody reads. */
const silent: ReadonlySet<Frame["kind"]> = new Set(["host", "trace", "proposal", "saved"]);

/** Groups equal results: then a text of many hosts stays short. In the order of their first hosts. */
export function alikeResults(results: readonly HostResult[]): readonly (readonly HostResult[])[] {
  return [...grouped(results, sameness).values()];
}

function sameness(result: HostResult): string {
  const { end, frames } = result;
  const said = frames.filter(({ kind }) => !silent.has(kind));
  const words = said.filter(({ kind }) => kind !== "json");
  const plan = shownPlanOf(result);
  // The JSON of a plan says all that its text says, and times in keys of their own.
  const rest = plan === undefined ? words : words.filter(({ kind }) => kind !== "text");
  return JSON.stringify([end, rest, plan ?? null], (key, each: unknown) =>
    volatile.has(key) ? undefined : each,
  );
}

/** Returns the plan that the text of a result shows, also one that waits for an agreement; undefined for another text. */
function shownPlanOf(result: HostResult): object | undefined {
  const value = hostValueOf(result);
  if (typeof value !== "object" || value === null) return undefined;
  if ("actions" in value) return value;
  const isProposed = proposalOf(result) !== undefined && "plan" in value;
  return isProposed && typeof value.plan === "object" && value.plan !== null ? value.plan : undefined;
}
