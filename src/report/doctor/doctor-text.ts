import type { CheckName, Diagnosis, Finding, Fix, Severity } from "../../doctor/finding.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import { count } from "../../text/counting.ts";
import { namesText } from "../alike.ts";
import { findingText, fixCommand } from "./finding-text.ts";

const severitySigns: Readonly<Record<Severity, { readonly sign: string; readonly color: keyof Colors }>> = {
  broken: { sign: "✗", color: "red" },
  warning: { sign: "!", color: "yellow" },
  unknown: { sign: "?", color: "magenta" },
  advice: { sign: "·", color: "cyan" },
};

/**
 * Returns a diagnosis as lines: the findings, the worst first, and their number. `verbose` also shows the
 * checks without one. `isFixed` leaves out the hint at --fix.
 */
export function doctorText(
  diagnosis: Diagnosis,
  colors: Colors,
  verbose: boolean,
  isFixed = false,
): readonly string[] {
  const { checked, findings } = diagnosis;
  const withFinding = new Set(findings.map(({ check }) => check));
  const fine = checked.filter((check) => !withFinding.has(check));
  const fixable = findings.filter(({ fix }) => fix !== undefined).length;
  return [
    ...findings.flatMap((finding) => findingLines(finding, colors)),
    ...(verbose ? fine.map((check) => `${colors.green("✓")} ${check}`) : []),
    ...(findings.length > 0 || verbose ? [""] : []),
    summary(diagnosis, fine.length, colors),
    ...(fixable > 0 && !isFixed
      ? [colors.dim(`fleet doctor --fix fixes ${count(fixable, "finding")}.`)]
      : []),
  ];
}

/** Returns the line about ignored checks, if there are any. */
export function ignoredLine(ignored: ReadonlySet<CheckName>, colors: Colors): readonly string[] {
  if (ignored.size === 0) return [];
  return [colors.dim(`Ignored: ${[...ignored].join(", ")}. To check again: fleet doctor --unignore CHECK`)];
}

/** Returns what `--fix` did, as lines. */
export function fixLines(
  fixes: readonly { readonly fix: Fix; readonly isDone: boolean }[],
  colors: Colors,
): readonly string[] {
  return fixes.map(({ fix, isDone }) =>
    isDone ? `${colors.green("Fixed:")} ${fixName(fix)}` : `${colors.red("Not fixed:")} ${fixName(fix)}`,
  );
}

function fixName(fix: Fix): string {
  if (fix.kind === "recreate-socket") return "the socket of the tmux server";
  if (fix.kind === "start-logs") return `the log of ${namesText(fix.agents)}`;
  return fixCommand(fix);
}

function findingLines(finding: Finding, colors: Colors): readonly string[] {
  const { message, evidence, command } = findingText(finding);
  const { sign, color } = severitySigns[finding.severity];
  return [
    `${colors[color](sign)} ${colors.bold(finding.check)}: ${visible(message)}`,
    ...(evidence === undefined ? [] : [`    ${visible(evidence)}`]),
    ...(command === undefined ? [] : [`    ${colors.dim("$")} ${visible(command)}`]),
  ];
}

function summary({ fleet, findings }: Diagnosis, fine: number, colors: Colors): string {
  const counts = (["broken", "warning", "unknown", "advice"] as const).flatMap((severity) => {
    const number = findings.filter((each) => each.severity === severity).length;
    return number === 0 ? [] : [severity === "warning" ? count(number, severity) : `${number} ${severity}`];
  });
  const what = fleet === undefined ? "This machine" : `Fleet ${fleet}`;
  const good = `${count(fine, "check")} without a finding`;
  if (counts.length === 0) return colors.green(`${what}: all is well, ${good}.`);
  return colors.bold(`${what}: ${counts.join(", ")}; ${good}.`);
}
