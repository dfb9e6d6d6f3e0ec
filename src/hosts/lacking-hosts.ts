import type { DiagnosticCode } from "../diagnostics/diagnostic.ts";
import { problemsOf, type HostResult } from "./host-result.ts";

/** The problems of a host that has none of the selected agents. */
const absentCodes: ReadonlySet<DiagnosticCode> = new Set(["no-agent-here", "agent-elsewhere"]);

/** The results of a run, and the hosts in it that had nothing to do. */
export interface AnsweredRun {
  readonly results: readonly HostResult[];
  /** Hosts without a selected agent: their results are empty. */
  readonly lacking: readonly string[];
}

/**
 * Empties the results of hosts without a selected agent, if another host has one: then the selection is no mistake. If no
 * host has one, the problems stay. While a host does not answer, an agent that belongs to another host may be there. Pure.
 */
export function settleLacking(results: readonly HostResult[]): AnsweredRun {
  const others = results.filter((result) => !lacks(result, absentCodes));
  const isFound = others.some(({ end }) => end.name === "done");
  const isQuiet = (result: HostResult): boolean =>
    lacks(result, absentCodes) &&
    (isFound || (others.length > 0 && lacks(result, new Set(["agent-elsewhere"]))));
  const lacking = new Set(results.filter(isQuiet));
  return {
    results: results.map((result) =>
      lacking.has(result) ? { ...result, end: { name: "done", code: 0 }, frames: [] } : result,
    ),
    lacking: [...lacking].map(({ host }) => host),
  };
}

function lacks(result: HostResult, codes: ReadonlySet<DiagnosticCode>): boolean {
  const errors = problemsOf(result).filter(({ severity }) => severity === "error");
  return result.end.name === "done" && errors.length > 0 && errors.every(({ code }) => codes.has(code));
}
