import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { version } from "../../desired/version.ts";
import { savedPlanOf, type HostResult } from "../../hosts/host-result.ts";
import type { HostsPlanOrigin } from "../../hosts/hosts-plan.ts";
import { hostsPlanSavedLine } from "../../report/plan/saved-line.ts";
import { writePlan } from "../plan/save-plan.ts";
import type { HostsChange } from "./plan-moves.ts";
import type { Errands } from "./run-hosts.ts";
import { hostsRunJson, type Shown } from "./show-results.ts";

/** Returns the same errands of a plan: each host also sends its plan to save. */
export function savingErrands(errands: Errands, file: string): Errands {
  const requestFor: Errands["requestFor"] = (host) => {
    const request = errands.requestFor(host);
    const [command = "", ...words] = request.words;
    // Before the names: after a `--`, it would be one of them.
    return { ...request, words: [command, `--out=${file}`, ...words] };
  };
  return { ...errands, requestFor };
}

/**
 * Writes the plans of hosts into a file, for `fleet apply FILE`. Returns the line about it. A host without a plan is in the
 * file, too: an apply does not begin there.
 */
export function saveHostsPlan(
  results: readonly HostResult[],
  { file, change }: { readonly file: string; readonly change: HostsChange },
  { hosts, requestFor }: Errands,
  shown: Shown,
): Result<string> {
  const saved = results.filter((result) => savedPlanOf(result) !== undefined);
  const missing = results.filter((result) => savedPlanOf(result) === undefined);
  const refused = saved.filter((result) => hasRefusals(savedPlanOf(result)));
  const line = hostsPlanSavedLine({
    file,
    missing: missing.map(({ host }) => host),
    refused: refused.map(({ host }) => host),
    isSaved: saved.length > 0,
  });
  if (saved.length === 0) return ok(line);
  const origin: HostsPlanOrigin = {
    version,
    file: requestFor("").file,
    words: wordsForApply(change.words),
    madeAt: new Date().toISOString(),
  };
  const value = { ...hostsRunJson(results.map(withSavedPlan), hosts, shown), origin };
  const written = writePlan(file, `${JSON.stringify(value, null, 2)}\n`);
  return written.ok ? ok(line) : written;
}

function hasRefusals(plan: object | undefined): boolean {
  return plan !== undefined && "refusals" in plan && Array.isArray(plan.refusals) && plan.refusals.length > 0;
}

/** Returns a result with its plan to save as its JSON. */
function withSavedPlan(result: HostResult): HostResult {
  const value = savedPlanOf(result);
  return {
    ...result,
    frames: [
      ...result.frames.filter(({ kind }) => kind === "problems"),
      ...(value === undefined ? [] : [{ kind: "json", value } as const]),
    ],
  };
}

/** Options of a plan that are about its output. */
const aboutOutput: ReadonlySet<string> = new Set(["--detailed-exitcode", "--format"]);

/** Returns the names and options of a plan for the apply of the same agents. */
function wordsForApply([, ...words]: readonly string[]): readonly string[] {
  return words.filter((word, at) => !aboutOutput.has(word) && words[at - 1] !== "--format");
}
