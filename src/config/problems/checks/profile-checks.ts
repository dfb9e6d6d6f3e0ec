import { suggest } from "../../../text/suggest.ts";
import { listInSentence, quoteShortened } from "../../describe-path.ts";
import type { Problem } from "../../problem.ts";
import { profilesOf } from "../../profiles/active.ts";
import type { FleetConfig } from "../../types.ts";

/** Checks that each active profile has an agent: a name with a typing error would stop the meant agents. */
export function profileProblems({ activeProfiles = [], agents }: FleetConfig): readonly Problem[] {
  const known = [...new Set(Object.values(agents).flatMap((entry) => profilesOf(entry)))];
  return activeProfiles.flatMap((profile, index): readonly Problem[] => {
    if (known.includes(profile)) return [];
    const guess = suggest(profile, known);
    return [
      {
        code: "invalid-value",
        summary: `no agent has the profile ${quoteShortened(profile)}`,
        detail:
          known.length === 0
            ? "No agent has profiles."
            : `The profiles are ${listInSentence(known, "and", 10)}.`,
        hint:
          guess === undefined
            ? `give it to an agent, as profiles: ${profile}, or remove it here`
            : `did you mean ${quoteShortened(guess)}?`,
        path: ["activeProfiles", index],
        on: "value",
      },
    ];
  });
}
