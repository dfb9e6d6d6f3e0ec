import { checkLines, clockLines } from "../../../report/hosts/check-lines.ts";
import { report, type Context } from "../../shared/context.ts";
import { combinedCode, type ExitCode } from "../../shared/exit-codes.ts";
import { prepareErrands } from "../prepare-errands.ts";
import { runOnHosts } from "../run-hosts.ts";
import { showResults } from "../show-results.ts";
import { withErrands } from "../with-errands.ts";

/** Runs `fleet hosts check`: connects to hosts, and shows what `fleet doctor` finds on each. Changes nothing. */
export async function checkHosts(context: Context, list: string): Promise<ExitCode> {
  const prepared = await prepareErrands(context, list, ["doctor"]);
  if (!prepared.ok) return report(context, prepared.diagnostics);
  const fleet = prepared.value.config.name;
  return withErrands(prepared.value, context, async (errands) => {
    const results = await runOnHosts(errands, context);
    const { output } = context;
    output.text([...checkLines(results, output.colors), ""]);
    showResults(results, errands, { fleet, command: "doctor", hasFacts: true }, context);
    for (const line of clockLines(results)) output.remark(line);
    return combinedCode(results.map(({ end }) => end));
  });
}
