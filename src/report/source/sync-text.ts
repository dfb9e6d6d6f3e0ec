import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { journalCommand } from "../journal-command.ts";

/** Returns the problem of a source nobody fetches. */
export function noSourceWatch(fleet: string): Diagnostic {
  return {
    severity: "error",
    code: "not-running",
    summary: `no watch of fleet ${fleet} runs`,
    detail: "It fetches the source, and applies it.",
    hint: `start it: systemctl --user start ${fleet}-fleet; or begin with fleet source enroll ADDRESS`,
  };
}

/** Returns the problem of a watch that does not say that it has fetched. */
export function sourceNotFetched(fleet: string): Diagnostic {
  return {
    severity: "error",
    code: "timed-out",
    summary: `the watch of fleet ${fleet} has fetched nothing so far`,
    detail: "It may follow a file without a source, or hang.",
    hint: `look at its messages: ${journalCommand(`${fleet}-fleet.service`)}`,
  };
}
