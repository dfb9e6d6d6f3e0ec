import { wordingText } from "../../../report/terminal/wording-text.ts";
import { fleetPlaces } from "../../../config/file/places/fleet-places.ts";
import { sharedConversations } from "../../../config/doubts/shared-conversations.ts";
import {
  hasIgnoredCanary,
  ignoredCanaryWarning,
  ignoredEntries,
  ignoredWarning,
} from "../../../config/doubts/ignored-hosts.ts";
import { linkedFolders } from "../../../config/doubts/linked-folders.ts";
import { literalParts } from "../../../config/doubts/literal-variables.ts";
import { gitWarnings } from "../../../config/doubts/missing-git.ts";
import type { LoadedFleet } from "../../../config/file/load.ts";
import type { Inputs } from "../../../desired/inputs.ts";
import type { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import { findProgram } from "../../../observe/doctor/find-program.ts";
import { inputWarnings } from "../../../report/input-warnings.ts";
import type { Context } from "../context.ts";

/** The most warnings of one kind: one in `defaults` says it for all agents, but a fleet may have hundreds without. */
const most = 10;

/**
 * Returns valid but probably mistaken parts of fleet.yaml and its envFiles: unexpanded variables, lines with another
 * meaning for systemd than for shells, and agents with one conversation. Loads the YAML parser only if there is a line
 * to find.
 */
export async function doubtsAbout(
  loaded: LoadedFleet,
  inputs: Pick<Inputs, "doubts">,
): Promise<readonly Diagnostic[]> {
  const parts = literalParts(loaded.config);
  const shared = sharedConversations(loaded.config);
  const linked = linkedFolders(loaded.config);
  const ignored = ignoredEntries(loaded.config);
  const isWithoutCanary = hasIgnoredCanary(loaded.config);
  const others = [
    ...gitWarnings(loaded.config, findProgram, process.env["PATH"] ?? ""),
    ...inputWarnings(inputs),
  ];
  if (parts.length + shared.length + linked.length + ignored.length === 0 && !isWithoutCanary) return others;
  const [places, { literalWarning }, { sharedWarning }, { linkedWarning }] = await Promise.all([
    fleetPlaces(loaded),
    import("../../../config/doubts/literal-warning.ts"),
    import("../../../config/doubts/shared-warning.ts"),
    import("../../../config/doubts/linked-warning.ts"),
  ]);
  const told = parts.slice(0, most).map((part) => literalWarning(part, places.at(part.path)));
  const left = parts.length - told.length;
  const rest: readonly Diagnostic[] =
    left > 0
      ? [
          {
            severity: "warning",
            code: "not-expanded",
            summary: `${left} more values in ${loaded.file} that are not expanded`,
          },
        ]
      : [];
  const sharing = shared
    .slice(0, most)
    .map((each) => sharedWarning(each, places.entry(each.entries[0] ?? "")));
  const linking = linked.slice(0, most).map((each) => linkedWarning(each, places.at(each.path)));
  const leaving = ignored
    .slice(0, most)
    .map((name) => ignoredWarning(name, loaded.config, places.entry(name)));
  const canary = isWithoutCanary ? [ignoredCanaryWarning(places.at(["rollout", "canary"]))] : [];
  return [...told, ...rest, ...sharing, ...linking, ...leaving, ...canary, ...others];
}

/** Shows warnings. If the result is the one JSON object, they are lines next to it. */
export function reportWarnings(warnings: readonly Diagnostic[], { output }: Context): void {
  if (warnings.length === 0) return;
  if (!output.options.json) output.diagnostics(warnings);
  else
    for (const { summary, hint } of warnings)
      output.remark(`Warning: ${summary}${hint ? `: ${wordingText(hint)}` : ""}`);
}
