import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { proposalOf, type HostResult } from "../../hosts/host-result.ts";
import { staleProblem } from "../../report/hosts/change-lines.ts";
import type { Context } from "../shared/context.ts";
import { combinedCode, exitCodeOf, exitCodes } from "../shared/exit-codes.ts";
import { runOnHosts, type Errands } from "./run-hosts.ts";

/** Runs the plans that were agreed to. */
export async function runAgreed(
  errands: Errands,
  agreed: readonly HostResult[],
  context: Context,
): Promise<readonly HostResult[]> {
  const proposals = new Map(agreed.map((result) => [result.host, proposalOf(result)]));
  const results = await runOnHosts(
    {
      ...errands,
      purpose: "change",
      hosts: errands.hosts.filter(({ name }) => proposals.has(name)),
      requestFor: (host) => ({
        ...errands.requestFor(host),
        agreed: proposals.get(host),
        run: crypto.randomUUID(),
      }),
    },
    context,
  );
  return results.map((result) => (proposalOf(result) === undefined ? result : asStale(result)));
}

/** Returns results in the place of earlier ones. A host that has run twice has the problems and the worse end of both. */
export function mergedResults(
  before: readonly HostResult[],
  after: readonly HostResult[],
): readonly HostResult[] {
  const next = new Map(after.map((result) => [result.host, result]));
  return before.map((result) => {
    const later = next.get(result.host);
    if (later === undefined) return result;
    const isProposed = proposalOf(result) !== undefined;
    if (isProposed || result.end.name !== "done" || result.end.code === 0) return later;
    const problems = result.frames.filter(({ kind }) => kind === "problems");
    const isWorse = combinedCode([result.end, later.end]) === result.end.code;
    return { ...later, end: isWorse ? result.end : later.end, frames: [...problems, ...later.frames] };
  });
}

/** Returns the result of a host that has changed nothing, because its plan is another one. */
export function asStale(result: HostResult): HostResult {
  const problem = staleProblem();
  return {
    ...result,
    end: { name: "done", code: exitCodeOf(problem.code) },
    frames: [...result.frames, { kind: "problems", problems: [problem] }],
  };
}

/** Returns the result of a host that may not be changed; the same one without a problem. */
export function refusedBy(result: HostResult, problem: Diagnostic | undefined): HostResult {
  if (problem === undefined || result.end.name !== "done") return result;
  return {
    ...result,
    end: { name: "done", code: exitCodes.blocked },
    frames: [
      ...result.frames.filter(({ kind }) => kind !== "proposal" && kind !== "saved"),
      { kind: "problems", problems: [problem] },
    ],
  };
}

/** Returns results with further problems. */
export function withProblems(
  results: readonly HostResult[],
  problems: readonly Diagnostic[],
): readonly HostResult[] {
  return problems.length === 0
    ? results
    : results.map((result) => ({ ...result, frames: [...result.frames, { kind: "problems", problems }] }));
}
