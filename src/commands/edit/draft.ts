import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { readText } from "../../config/file/read-text.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { installDraft, ownershipOf } from "../../drivers/files/copies/draft.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import { removeFile, writeFile } from "../../drivers/files/write.ts";
import { changedMeanwhile, notAFile, type EditedFile } from "../../report/edit/edit-problems.ts";

/** A copy of a fleet file a person edits, in the folder of the file. */
export interface Draft extends EditedFile {
  /** The text of the file when the edit began. */
  readonly original: string;
  readonly exists: () => boolean;
  /** Writes the original text into the draft. */
  readonly begin: () => Promise<Result<void>>;
  /** Returns the edited text; undefined if the draft is gone. */
  readonly read: () => Result<string> | undefined;
  /** Returns false if the file is no longer as it was when the edit began. */
  readonly isCurrent: () => boolean;
  readonly discard: () => Promise<Result<void>>;
  /** Replaces the file by the draft, unless the file has changed since. Links to the file stay. */
  readonly install: () => Result<void>;
}

/** Returns the draft of a fleet file, which need not exist yet. `file` is the path to show. */
export function draftOf(file: string): Result<Draft> {
  const path = realPath(resolve(file));
  const ownership = ownershipOf(path);
  if (ownership === undefined) return { ok: false, diagnostics: [notAFile(file)] };
  const text = readText(path, file);
  if (text === undefined) return fail("file-not-found", `there is no file ${file}`);
  if (!text.ok) return text;
  const draft = shownDraft(file, path);
  const at = resolve(draft);
  const edited = { file, draft };
  const isCurrent = (): boolean => {
    const now = readText(path, file);
    return now?.ok === true && now.value === text.value;
  };
  return ok({
    ...edited,
    isCurrent,
    original: text.value,
    exists: () => existsSync(at),
    begin: () => writeFile(at, text.value, 0o600, 0o755),
    read: () => readText(at, draft),
    discard: () => removeFile(at),
    install: () =>
      isCurrent()
        ? installDraft(at, path, ownership)
        : { ok: false, diagnostics: [changedMeanwhile(edited)] },
  });
}

/** Returns the path of the draft: next to the file itself and not to a link, because only so one rename replaces it. */
function shownDraft(file: string, path: string): string {
  const name = `${basename(path).replace(/\.ya?ml$/i, "")}.edit.yaml`;
  return join(dirname(resolve(file) === path ? file : path), name);
}
