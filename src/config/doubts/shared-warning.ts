import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import { listInSentence, quoteShortened } from "../describe-path.ts";
import type { SharedConversation } from "./shared-conversations.ts";

/** Returns the warning for agents that may continue each other's conversation. */
export function sharedWarning(
  { program, workdir, entries }: SharedConversation,
  place: Place | undefined,
): Diagnostic {
  const who = entries.length === 1 ? `the replicas of ${entries[0]}` : listInSentence(entries, "and");
  return {
    severity: "warning",
    code: "shared-conversation",
    summary: `${who} may continue each other's conversation`,
    detail: `They run ${program} in ${quoteShortened(workdir)}, and it continues the last conversation of its folder.`,
    hint:
      program === "claude"
        ? "use a runtime with preset: claude, which gives each agent a conversation of its own; or a folder for each"
        : "give each a folder of its own, such as workdir: ~/worktrees/{name}; or resume: false in the runtime",
    place,
  };
}
