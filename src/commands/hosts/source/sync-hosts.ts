import { syncLines } from "../../../report/hosts/sync-lines.ts";
import { report, type Context } from "../../shared/context.ts";
import type { ExitCode } from "../../shared/exit-codes.ts";
import { prepareErrands } from "../prepare-errands.ts";
import { runOnHosts } from "../run-hosts.ts";
import { codeOf, showResults, withoutTexts } from "../show-results.ts";
import { withErrands } from "../with-errands.ts";
import { sourceOnHosts } from "./enroll-hosts.ts";

/**
 * Runs `fleet hosts sync`: has the watches of hosts fetch their source now, and shows which revision each has applied. It
 * sends no file: each host verifies by its own settings.
 */
export async function syncHosts(context: Context, list: string): Promise<ExitCode> {
  const prepared = await prepareErrands(context, list, []);
  if (!prepared.ok) return report(context, prepared.diagnostics);
  const { fleet } = prepared.value;
  const words = ["source", "sync", "--source", sourceOnHosts(fleet)];
  const { requestFor } = prepared.value;
  const errand = { ...prepared.value, requestFor: (host: string) => ({ ...requestFor(host), words }) };
  return withErrands(errand, context, async (errands) => {
    const results = await runOnHosts({ ...errands, endsAtOnce: true }, context);
    const { output } = context;
    output.text([...syncLines(results, output.colors), ""]);
    showResults(
      output.options.json ? results : results.map(withoutTexts),
      errands,
      { fleet, command: "source" },
      context,
    );
    return codeOf(results, errands.stopSignals.soon.aborted);
  });
}
