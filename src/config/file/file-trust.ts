import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { otherReplacer, otherWriter, writerPhrase, type Access } from "../../permissions/who-can-write.ts";

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
export function fleetFileRisk(access: FileAccess, uid: number): Diagnostic | undefined {
  return riskOf(access, uid, "Others can put commands into it that run as you.");
}

/** The same for an envFile, whose variables decide what the agents run. Pure. */
export function envFileRisk(access: FileAccess, uid: number): Diagnostic | undefined {
  const detail =
    "Others can set variables such as PATH or LD_PRELOAD in it, which decide what your agents run.";
  return riskOf({ ...access, shown: `envFile ${access.shown}` }, uid, detail);
}

function riskOf(
  { shown, path, file, folders }: FileAccess,
  uid: number,
  detail: string,
): Diagnostic | undefined {
  const writer = otherWriter(file, uid);
  if (writer !== undefined) {
    const { problem, remedy } = writerPhrase(writer, path, uid);
    return warning(`${shown} ${problem}`, detail, remedy);
  }
  for (const folder of folders) {
    const replacer = otherReplacer(folder.access, uid);
    if (replacer === undefined) continue;
    const { problem, remedy } = writerPhrase(replacer, folder.path, uid);
    return warning(`the folder of ${shown}, ${folder.path}, ${problem}`, detail, remedy);
  }
  return undefined;
}

function warning(summary: string, detail: string, hint: string): Diagnostic {
  return {
    severity: "warning",
    code: "file-untrusted",
    summary,
    detail,
    hint,
  };
}
