import { fail } from "../../../diagnostics/diagnostic.ts";
import type { HostResult } from "../../../hosts/host-result.ts";
import { syncLines } from "../../../report/hosts/sync-lines.ts";
import { report, type Context } from "../../shared/context.ts";
import type { ExitCode } from "../../shared/exit-codes.ts";
import type { SourceFlags } from "../../shared/flags.ts";
import { prepareErrands } from "../prepare-errands.ts";
import { runOnHosts } from "../run-hosts.ts";
import { codeOf, showResults, withoutTexts } from "../show-results.ts";
import { withErrands } from "../with-errands.ts";
import { agreeOnHosts } from "./agree-on-hosts.ts";
import { sourceOnHosts } from "./enroll-hosts.ts";
import { syncHosts } from "./sync-hosts.ts";

/** Orders about the revision that a host follows. */
const sourceOrders = ["pin", "accept", "unpin"] as const;

/**
 * Runs `fleet source --host`: shows what hosts follow, or gives them an order. Each host verifies the revision by itself, and
 * proposes the order with its plan; after one question each does exactly its own. Sends no fleet file.
 */
export async function steerHosts(
  context: Context,
  list: string,
  words: readonly string[],
): Promise<ExitCode> {
  const [, what = ""] = words;
  if (what === "sync") return syncHosts(context, list);
  const order = sourceOrders.find((each) => each === what);
  if (order === undefined && what !== "status") {
    const other = fail("bad-usage", `fleet source ${what} is for this machine`, {
      hint: `on other machines: fleet hosts ${what} ${list}`,
    });
    return report(context, other.ok ? [] : other.diagnostics);
  }
  const prepared = await prepareErrands(context, list, []);
  if (!prepared.ok) return report(context, prepared.diagnostics);
  const { fleet, requestFor } = prepared.value;
  const place = words.some((word) => /^--source(?:=|$)/.test(word)) ? [] : ["--source", sourceOnHosts(fleet)];
  const errand = {
    ...prepared.value,
    requestFor: (host: string) => ({ ...requestFor(host), texts: [], words: [...words, ...place] }),
  };
  const { yes = false } = context.flags as SourceFlags;
  return withErrands(errand, context, async (errands) => {
    if (order !== undefined) return agreeOnHosts(errands, { fleet, command: order, yes }, context);
    const results = await runOnHosts({ ...errands, endsAtOnce: true }, context);
    showResults(inTable(results, context), errands, { fleet, command: "source" }, context);
    return codeOf(results, errands.stopSignals.soon.aborted, context.flags);
  });
}

/** Shows the states of several hosts as a table, which has a line for those in the same state. */
function inTable(results: readonly HostResult[], { output }: Context): readonly HostResult[] {
  if (output.options.json || results.length === 1) return results;
  output.text([...syncLines(results, output.colors), ""]);
  return results.map(withoutTexts);
}
