import { isEdited } from "../../desired/marks/file-mark.ts";
import { fieldOfDirective } from "../../desired/files/directives.ts";
import type { DesiredFile } from "../../desired/types.ts";
import type { ObservedFile } from "../../observed/types.ts";
import { isAsWanted } from "./env-mark.ts";
import type { FileEdit } from "../../diffs/types.ts";
import type { AgentFile, Change, Modes } from "../change.ts";

/** The difference between a file of ours and its declaration. An edited file may have a wrong mode, too. */
export type FileDifference =
  | { readonly reason: "file-missing" | "content-changed" }
  | { readonly reason: "file-edited"; readonly mode: Modes | undefined }
  | { readonly reason: "mode-changed"; readonly mode: Modes };

/** The facts about a file that turn its difference into a change. */
export interface FileFacts {
  /** Undefined for a shared file: its role says it. */
  readonly file?: AgentFile;
  readonly edit?: FileEdit | undefined;
  /** The change if fleet.yaml declares another content. */
  readonly declared: Change;
  /** The change if the file is missing; undefined if somebody must have removed it. */
  readonly missing?: Change | undefined;
}

/** Returns the difference, or undefined if there is none. The file is known to be ours or absent. */
export function compareFile(
  desired: DesiredFile,
  found: ObservedFile | undefined,
): FileDifference | undefined {
  if (found?.kind !== "file") return { reason: "file-missing" };
  const mode = found.mode === desired.mode ? undefined : { found: found.mode, wanted: desired.mode };
  if (!isAsWanted(desired, found.content)) {
    return isEdited(found.content) ? { reason: "file-edited", mode } : { reason: "content-changed" };
  }
  return mode && { reason: "mode-changed", mode };
}

/** Returns a difference as a change. A new kind of difference does not compile until it has a case here. */
export function changeOfFile(difference: FileDifference, { declared, missing, ...drift }: FileFacts): Change {
  switch (difference.reason) {
    case "content-changed":
      return declared;
    case "file-missing":
      return missing ?? { reason: difference.reason, ...drift };
    case "file-edited":
    case "mode-changed":
      return { ...difference, ...drift };
  }
}

/**
 * Returns the names of directives with different values in two unit files, sorted; ignores marks and comments. A variable
 * for the start script has the name of its field.
 */
export function changedDirectives(before: string, after: string): readonly string[] {
  const [old, wanted] = [directiveLines(before), directiveLines(after)];
  const names = new Set([...old.keys(), ...wanted.keys()]);
  return [...names].filter((name) => old.get(name) !== wanted.get(name)).sort();
}

/** A variable for the start script, as the fleet writes it. */
const variableLine = /^"(MOSAIC_AGENT_\w+)=/;

function directiveLines(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("[X-Fleet]")[0]?.split("\n") ?? []) {
    const found = /^([A-Z][A-Za-z]*)=(.*)$/.exec(line);
    const [, directive, value = ""] = found ?? [];
    if (directive === undefined) continue;
    const variable = directive === "Environment" ? variableLine.exec(value)?.[1] : undefined;
    const name = (variable === undefined ? undefined : fieldOfDirective(variable)) ?? directive;
    values.set(name, `${values.get(name) ?? ""}\n${value}`);
  }
  return values;
}
