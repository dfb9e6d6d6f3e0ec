import { lockFleet } from "../../apply/lock/lock.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { hasFinding, withoutIgnored } from "../../doctor/compose-diagnosis.ts";
import type { CheckName, Fix } from "../../doctor/finding.ts";
import { ignoredChecks } from "../../observe/doctor/ignored-checks.ts";
import { doctorJson } from "../../report/doctor/doctor-json.ts";
import { doctorText, fixLines, ignoredLine } from "../../report/doctor/doctor-text.ts";
import { report, type Context } from "../shared/context.ts";
import { otherHost } from "../shared/with-fleet-lock.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { DoctorFlags } from "../shared/flags.ts";
import { applyFix } from "./apply-fix.ts";
import { diagnose, type Diagnosed } from "./diagnose.ts";
import { ignoreCheck } from "./ignore-check.ts";

/** Runs `fleet doctor`: checks the machine and the fleet. Changes nothing without `--fix`, `--ignore` or `--unignore`. */
export async function doctorCommand(context: Context, flags: DoctorFlags): Promise<ExitCode> {
  const { output, machine } = context;
  for (const [check, isIgnored] of [
    [flags.ignore, true],
    [flags.unignore, false],
  ] as const) {
    const saved = check === undefined ? undefined : await ignoreCheck(machine, check, isIgnored);
    if (saved?.ok === false) return report(context, saved.diagnostics);
  }
  const ignored = ignoredChecks(machine);
  const first = await diagnoseWithout(ignored, context);
  const fixes = flags.fix ? await fixAll(first, context) : { done: [], problems: [] };
  const { diagnosis } = fixes.done.length > 0 ? await diagnoseWithout(ignored, context) : first;
  output.text([
    ...fixLines(fixes.done, output.colors),
    ...doctorText(diagnosis, output.colors, output.options.verbose, flags.fix ?? false),
    ...ignoredLine(ignored, output.colors),
  ]);
  if (!output.options.json && fixes.problems.length > 0) output.diagnostics(fixes.problems);
  output.json(doctorJson(diagnosis, fixes.done, fixes.problems));
  const isBad =
    hasFinding(diagnosis, "broken") || (flags.strict === true && hasFinding(diagnosis, "warning"));
  return isBad || fixes.problems.length > 0 ? exitCodes.error : exitCodes.ok;
}

async function diagnoseWithout(ignored: ReadonlySet<CheckName>, context: Context): Promise<Diagnosed> {
  const { diagnosis, fleet } = await diagnose(context);
  return { diagnosis: withoutIgnored(diagnosis, ignored), fleet };
}

interface Fixes {
  readonly done: readonly { readonly fix: Fix; readonly isDone: boolean }[];
  readonly problems: readonly Diagnostic[];
}

/** Applies the fixes, as the fleet's only writer. Goes on after one that fails. */
async function fixAll({ diagnosis, fleet }: Diagnosed, context: Context): Promise<Fixes> {
  const fixes = diagnosis.findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  if (fixes.length === 0) return { done: [], problems: [] };
  const elsewhere = fleet && otherHost(fleet.config);
  if (elsewhere !== undefined) return { done: [], problems: [elsewhere] };
  const lock = fleet && (await lockFleet(fleet.layout, "fleet doctor --fix", 0, () => undefined));
  if (lock?.ok === false) return { done: [], problems: lock.diagnostics };
  const done: { fix: Fix; isDone: boolean }[] = [];
  const problems: Diagnostic[] = [];
  try {
    for (const fix of fixes) {
      const result = await applyFix(fix, fleet, context);
      done.push({ fix, isDone: result.ok });
      if (!result.ok) problems.push(...result.diagnostics);
    }
  } finally {
    if (lock?.ok) lock.value.release();
  }
  return { done, problems };
}
