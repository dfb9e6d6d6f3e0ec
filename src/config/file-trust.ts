import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { otherReplacer, otherWriter, writerPhrase, type Access } from "./writers.ts";

/** Who may change a fleet file: the file itself, and the folders in which something else could be put in its place. */
export interface FileAccess {
  /** The path to show. */
  readonly shown: string;
  /** Absolute. */
  readonly path: string;
  readonly file: Access;
  readonly folders: readonly { readonly path: string; readonly access: Access }[];
}

/**
 * A warning where somebody else than the account and root may change fleet.yaml, which says what runs as this account; else
 * undefined. What acts on the file without being asked must refuse then. Pure.
 */
export function fleetFileRisk(
  { shown, path, file, folders }: FileAccess,
  uid: number,
): Diagnostic | undefined {
  const writer = otherWriter(file, uid);
  if (writer !== undefined) {
    const { problem, remedy } = writerPhrase(writer, path, uid);
    return warning(`${shown} ${problem}`, remedy);
  }
  for (const folder of folders) {
    const replacer = otherReplacer(folder.access, uid);
    if (replacer === undefined) continue;
    const { problem, remedy } = writerPhrase(replacer, folder.path, uid);
    return warning(`the folder of ${shown}, ${folder.path}, ${problem}`, remedy);
  }
  return undefined;
}

function warning(summary: string, hint: string): Diagnostic {
  return {
    severity: "warning",
    code: "file-untrusted",
    summary,
    detail: "Others can put commands into it that run as you.",
    hint,
  };
}
