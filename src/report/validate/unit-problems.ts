import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { FleetFinding } from "../../plan/commands/unit-findings.ts";
import type { Deviation } from "../../plan/deviation.ts";
import { deviationNote } from "../plan/deviation-text.ts";
import { shortened } from "../../text/shortened.ts";

/** The problem that nothing checked the units. */
export const unitsUnchecked: Diagnostic = {
  severity: "warning",
  code: "missing-program",
  summary: "the units were not checked: there is no systemd-analyze here",
  hint: "Debian has it in the package systemd",
};

/** Warns of a limit nothing enforces. This is about the machine: the file stays valid. */
export function noEffect(deviation: Deviation): Diagnostic {
  return {
    severity: "warning",
    code: "limit-not-enforced",
    summary: deviationNote(deviation).replace(/\.$/, ""),
  };
}

/** Turns a finding of systemd into a problem of the agent it is about. */
export function unitProblem({ unit, agent, file, line, source, message }: FleetFinding): Diagnostic {
  const whose = agent === undefined ? "" : ` of agent ${agent}`;
  const what = file === "drop-in" ? `the drop-in${whose}` : unit;
  return {
    severity: "error",
    code: "invalid-unit",
    summary: `${unit}: ${shortened(message, longest)}`,
    detail:
      line === undefined
        ? agent === undefined
          ? undefined
          : `It is the unit of agent ${agent}.`
        : `Line ${line} of ${what}${source === undefined ? "" : `: ${shortened(source, longest)}`}`,
  };
}

/** systemd quotes values as a whole, and paths may have thousands of characters. */
const longest = 300;
