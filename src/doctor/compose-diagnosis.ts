import { checkNames, type CheckName, type Diagnosis, type Finding, type Severity } from "./finding.ts";

const severityRanks: Readonly<Record<Severity, number>> = { broken: 0, warning: 1, unknown: 2, advice: 3 };

/** Returns a diagnosis with the worst findings first. A check with a finding has been made. */
export function composeDiagnosis(
  fleet: string | undefined,
  carriedOut: readonly CheckName[],
  findings: readonly Finding[],
): Diagnosis {
  const done = new Set<CheckName>([...carriedOut, ...findings.map(({ check }) => check)]);
  const findingRank = ({ check, severity }: Finding): number =>
    severityRanks[severity] * checkNames.length + checkNames.indexOf(check);
  return {
    fleet,
    checked: checkNames.filter((check) => done.has(check)),
    findings: [...findings].sort((one, other) => findingRank(one) - findingRank(other)),
  };
}

/** Returns the diagnosis without the findings of the ignored checks. */
export function withoutIgnored(diagnosis: Diagnosis, ignored: ReadonlySet<CheckName>): Diagnosis {
  return {
    ...diagnosis,
    checked: diagnosis.checked.filter((check) => !ignored.has(check)),
    findings: diagnosis.findings.filter(({ check }) => !ignored.has(check)),
  };
}

/** Returns true if a finding of one of these severities is left. */
export function hasFinding({ findings }: Diagnosis, ...severities: readonly Severity[]): boolean {
  return findings.some(({ severity }) => severities.includes(severity));
}
