import type { DiagnosticCode } from "../../diagnostics/diagnostic.ts";

/** What `fleet` exits with. Scripts rely on these numbers: they never change. */
export const exitCodes = {
  ok: 0,
  error: 1,
  /** Only with --detailed-exitcode. */
  changesPending: 2,
  stalePlan: 3,
  agentsFailed: 4,
  locked: 5,
  blocked: 6,
  usage: 64,
  invalidFleet: 65,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Codes of diagnostics that are the invoker's mistake. */
const usageCodes: ReadonlySet<DiagnosticCode> = new Set(["needs-confirmation", "unknown-agent", "bad-usage"]);

/** Codes of diagnostics that are mistakes in fleet.yaml. */
const fleetFileCodes: ReadonlySet<DiagnosticCode> = new Set([
  "yaml-syntax",
  "duplicate-key",
  "unknown-key",
  "wrong-type",
  "invalid-value",
  "missing-key",
  "duplicate-agent",
  "unknown-runtime",
  "unknown-dependency",
  "dependency-cycle",
  "former-name",
]);

/** The exit code for a run that ended with a diagnostic of this code. */
export function exitCodeOf(code: DiagnosticCode | undefined): ExitCode {
  if (code === undefined) return exitCodes.error;
  if (code === "locked") return exitCodes.locked;
  if (code === "interrupted") return exitCodes.interrupted;
  if (code === "blocked") return exitCodes.blocked;
  if (code === "stale-plan" || code === "foreign-plan") return exitCodes.stalePlan;
  if (fleetFileCodes.has(code)) return exitCodes.invalidFleet;
  return usageCodes.has(code) ? exitCodes.usage : exitCodes.error;
}
