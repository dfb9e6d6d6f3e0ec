import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** The names of a fleet file and its draft, for a person. */
export interface EditedFile {
  readonly file: string;
  readonly draft: string;
}

/** The problem of a run without a person. */
export const noTerminal: Diagnostic = {
  severity: "error",
  code: "bad-usage",
  summary: "fleet edit needs a terminal",
  hint: "in a script, write the file and run: fleet apply --yes",
};

/** Returns the problem of a pipe or device in the place of the file. */
export function notAFile(file: string): Diagnostic {
  return {
    severity: "error",
    code: "bad-usage",
    summary: `${file} is no regular file, so it cannot be replaced by an edited one`,
  };
}

/** Returns the problem of an editor that is missing, or ended with an exit status other than 0. */
export function editorFailed(editor: string | undefined, code: number): Diagnostic {
  const common = { severity: "error", code: "command-failed", detail: "Nothing was changed." } as const;
  if (code !== 127) {
    return {
      ...common,
      summary: `the editor${editor === undefined ? "" : ` ${editor}`} ended with exit status ${code}`,
    };
  }
  return {
    ...common,
    code: "missing-program",
    summary:
      editor === undefined
        ? "there is no editor: nano, vim and vi are missing"
        : `the editor was not found: ${editor}`,
    hint: "set VISUAL or EDITOR, for example: VISUAL=nano fleet edit",
  };
}

/** Returns the problem of an editor that could not be started at all. */
export function editorNotStarted(message: string): Diagnostic {
  return {
    severity: "error",
    code: "command-failed",
    summary: "the editor could not be started",
    detail: message,
  };
}

/** Returns the problem of a file another program saved during the edit. */
export function changedMeanwhile({ file, draft }: EditedFile): Diagnostic {
  return {
    severity: "error",
    code: "file-edited",
    summary: `another program changed ${file} during the edit`,
    detail: "Your draft was not applied, because it would undo that change.",
    hint: `compare them with \`diff ${file} ${draft}\`, then run fleet edit again and continue with the draft`,
  };
}

/** Returns the line that names a draft with unsaved work. */
export function keptDraft({ draft }: EditedFile): string {
  return `The draft is kept: ${draft}. The next fleet edit continues with it.`;
}

/** Returns the line about a draft an earlier run left. */
export function foundDraft({ draft, file }: EditedFile): string {
  return (
    `${draft} is left from an earlier edit of ${file}, or open in another terminal.\n` +
    `It replaces the whole file, also changes of others since then. To see them: diff ${file} ${draft}`
  );
}

/** Returns the line about a file that was saved, but not applied. */
export function savedOnly({ file }: EditedFile): string {
  return `Saved ${file}, and applied nothing. A running watch applies it now. Without a watch, run: fleet apply`;
}
