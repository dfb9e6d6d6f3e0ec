import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Change } from "../../plan/change.ts";
import { changePhrase } from "../change-text.ts";

/** Returns the problem of a command that needs the session of a running agent, if tmux does not show it. */
export function hiddenSessionProblem(agent: string, reason: Change): Diagnostic {
  return {
    severity: "error",
    code: "blocked",
    summary: `the session of ${agent} cannot be reached`,
    detail: `Its unit runs, but ${changePhrase(reason)}.`,
    hint: "`fleet doctor` says how to reach it again",
  };
}

/** Returns the line about a running agent without a session that tmux shows. */
export function hiddenSessionText(agent: string, reason: Change): string {
  return `The screen of ${agent} cannot be read. Its unit runs, but ${changePhrase(reason)}. \`fleet doctor\` says how to reach it again.`;
}
