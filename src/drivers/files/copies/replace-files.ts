import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path/posix";
import { fail, ok, type Result } from "../../../diagnostics/diagnostic.ts";
import { errorMessage } from "../../../text/error-message.ts";
import { installDraft, ownershipOf } from "./draft.ts";
import { makeFolders } from "../make-folders.ts";
import { temporaryBeside } from "../temporary.ts";

/** A file with its next text. */
export interface NextText {
  /** Absolute, without links. */
  readonly path: string;
  readonly text: string;
}

/**
 * Replaces several files, or makes them. Writes all texts next to their places first: if one cannot be written, no file
 * changes. A file keeps its owner and mode; a new one gets mode 0600.
 */
export function replaceFiles(files: readonly NextText[]): Result<void> {
  const staged: { readonly draft: string; readonly path: string }[] = [];
  const clear = (): void => staged.forEach(({ draft }) => rmSync(draft, { force: true }));
  for (const { path, text } of files) {
    const draft = temporaryBeside(path);
    try {
      makeFolders(dirname(path), 0o755);
      staged.push({ draft, path });
      writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
    } catch (error) {
      clear();
      return fail("file-write-failed", `cannot write ${path}`, {
        detail: `${errorMessage(error)}. Nothing was changed.`,
        hint: "check the free space, and the owner and mode of the folder",
      });
    }
  }
  for (const { draft, path } of staged) {
    const installed = installOwned(draft, path);
    if (!installed.ok) {
      clear();
      return installed;
    }
  }
  return ok(undefined);
}

function installOwned(draft: string, path: string): Result<void> {
  const ownership = ownershipOf(path);
  if (ownership !== undefined) return installDraft(draft, path, ownership);
  try {
    chmodSync(draft, 0o600);
    renameSync(draft, path);
    return ok(undefined);
  } catch (error) {
    return fail("file-write-failed", `cannot write ${path}`, { detail: errorMessage(error) });
  }
}
