import type { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import { otherReplacer, otherWriter, writerPhrase, type Access } from "../../../permissions/who-can-write.ts";

/**
 * The rights to change a fleet file: on the file itself, and on the folders in which it could be replaced.
 */
export interface FileAccess {
  /** The path to show. */
  readonly shown: string;
  /** Absolute. */
  readonly path: string;
  readonly file: Access;
  readonly folders: readonly { readonly path: string; readonly access: Access }[];
}

/**
 * Returns a warning if others than the account and root may change fleet.yaml, because it determines the
 * commands of this account; else undefined. A program that acts on the file unasked must refuse then. Pure.
 */
export function fleetFileRisk(access: FileAccess, uid: number): Diagnostic | undefined {
  return riskOf(access, uid, "Others can put commands into it that run as you.");
}

/** Returns the same for an envFile, because its variables influence the agents' commands. Pure. */
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
    return untrustedFile(`${shown} ${problem}`, detail, remedy);
  }
  for (const folder of folders) {
    const replacer = otherReplacer(folder.access, uid);
    if (replacer === undefined) continue;
    const { problem, remedy } = writerPhrase(replacer, folder.path, uid);
    return untrustedFile(`the folder of ${shown}, ${folder.path}, ${problem}`, detail, remedy);
  }
  return undefined;
}

function untrustedFile(summary: string, detail: string, hint: string): Diagnostic {
  return {
    severity: "warning",
    code: "file-untrusted",
    summary,
    detail,
    hint,
  };
}
