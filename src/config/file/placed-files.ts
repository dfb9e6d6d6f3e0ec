import { readlinkSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";

/** Returns the name of a folder with the files of a revision. `number` tells folders of one revision apart. */
export function placedName(revision: string, number: number, digest: string): string {
  return `${revision}.${number}.${digest}`;
}

/**
 * Returns the problem of a fleet file from Git, put in place by a watch and with another content now: a power cut or a
 * full disk could otherwise remove agents. Returns undefined for any other file. `digest` makes the digest of all texts.
 */
export function placedDamage(path: string, shown: string, digest: () => string): Diagnostic | undefined {
  const placed = placedDigest(dirname(path));
  if (placed === undefined || placed === digest()) return undefined;
  return {
    severity: "error",
    code: "file-unreadable",
    summary: `${shown} is damaged: it is not the file that was taken from Git`,
    detail: "The fleet stays as it is.",
    hint: wording`the watch puts it in place again with its next fetch; at once: ${fleetCommand("source sync")}`,
  };
}

/** Returns the digest in the name of the folder behind a link; undefined for any other folder. */
function placedDigest(folder: string): string | undefined {
  if (basename(folder) !== "pulled") return undefined;
  try {
    return /^[0-9a-f]{40,64}\.\d+\.([0-9a-f]{16})$/.exec(basename(readlinkSync(folder)))?.[1];
  } catch {
    return undefined; // it is no link
  }
}
