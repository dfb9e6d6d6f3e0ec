import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import { listInSentence, quoteShortened } from "../describe-path.ts";
import type { PresetName } from "../../runtimes/preset-names.ts";
import { presets } from "../../runtimes/presets.ts";
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
    hint: `use a runtime with preset: ${program}${hooksPhrase(program)}, which gives each agent a conversation of its own; or a folder for each, such as workdir: ~/worktrees/{name}`,
    place,
  };
}

/** Returns the further condition of a conversation for each agent. */
function hooksPhrase(program: PresetName): string {
  return presets[program].conversation?.own === "told" ? " and activity: hooks, the default" : "";
}
