import { fail, type Result } from "../diagnostics/diagnostic.ts";
import type { CommandOutcome } from "../system/command.ts";
import { startHint } from "../diagnostics/error-hint.ts";
import { lastLine } from "../text/last-line.ts";

/** The failures that every program explains in the same way. */
type PlainFailure = Extract<CommandOutcome, { kind: "killed" | "not-started" | "exited" }>;

/** Describes the failure of a command for people. `command` is its name with the verb. */
export function explainOutcome<T>(command: string, outcome: PlainFailure): Result<T> {
  switch (outcome.kind) {
    case "killed":
      return fail("command-failed", `${command} was killed by ${outcome.signal}`);
    case "not-started":
      return fail("command-failed", `${command} could not be started`, {
        detail: outcome.message,
        hint: startHint(outcome.code),
      });
    case "exited":
      return fail("command-failed", `${command} failed with exit status ${outcome.code}`, {
        detail: lastLine(outcome.stderr),
      });
  }
}
