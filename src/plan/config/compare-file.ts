import { isEdited } from "../../desired/marks/file-mark.ts";
import { fieldOfDirective } from "../../desired/files/directives.ts";
import type { DesiredFile } from "../../desired/types.ts";
import type { ObservedFile } from "../../observed/types.ts";
import { isAsWanted } from "./env-mark.ts";
import type { Modes } from "../change.ts";

/** The difference between a file of ours and its declaration. */
export type FileDifference = "file-missing" | "file-edited" | "content-changed" | "mode-changed";

/** Returns the difference, or undefined if there is none. The file is known to be ours or absent. */
export function compareFile(
  desired: DesiredFile,
  found: ObservedFile | undefined,
): FileDifference | undefined {
  if (found?.kind !== "file") return "file-missing";
  if (!isAsWanted(desired, found.content)) {
    return isEdited(found.content) ? "file-edited" : "content-changed";
  }
  return found.mode === desired.mode ? undefined : "mode-changed";
}

/** Returns the mode of a file next to the one it should have, or undefined if it is right. */
export function wrongMode({ mode }: DesiredFile, found: ObservedFile | undefined): Modes | undefined {
  if (found?.kind !== "file" || found.mode === mode) return undefined;
  return { found: found.mode, wanted: mode };
}

/**
 * Returns the names of directives with different values in two unit files, sorted; ignores marks and comments. A variable
 * for the start script has the name of its field.
 */
export function changedDirectives(before: string, after: string): readonly string[] {
  const [old, wanted] = [directives(before), directives(after)];
  const names = new Set([...old.keys(), ...wanted.keys()]);
  return [...names].filter((name) => old.get(name) !== wanted.get(name)).sort();
}

/** A variable for the start script, as the fleet writes it. */
const scriptVariable = /^"(MOSAIC_AGENT_\w+)=/;

function directives(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("[X-Fleet]")[0]?.split("\n") ?? []) {
    const found = /^([A-Z][A-Za-z]*)=(.*)$/.exec(line);
    const [, directive, value = ""] = found ?? [];
    if (directive === undefined) continue;
    const variable = directive === "Environment" ? scriptVariable.exec(value)?.[1] : undefined;
    const name = (variable === undefined ? undefined : fieldOfDirective(variable)) ?? directive;
    values.set(name, `${values.get(name) ?? ""}\n${value}`);
  }
  return values;
}
