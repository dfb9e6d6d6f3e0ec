import { digest } from "../text/digest.ts";
import { isEdited } from "../desired/marks/file-mark.ts";
import type { DesiredFile } from "../desired/types.ts";
import type { ObservedFile } from "../observe/types.ts";
import { maskFileLines, type TextLine } from "./mask-file-lines.ts";

/** A file as it is, beside as it would be. No secret is readable in it. */
export interface FileEdit {
  readonly path: string;
  readonly found: readonly FileLine[];
  /** None where the file would be removed. */
  readonly wanted: readonly FileLine[];
}

/** One line, or several that belong together. */
export interface FileLine {
  /** 1-based number of its first line. */
  readonly line: number;
  /** The same for the same text, secrets included. Not to be shown: a short secret could be guessed by it. */
  readonly key: string;
  /** What may be shown, with secrets masked. May contain line feeds. */
  readonly shown: string;
}

/** What an edit by hand is about; undefined where nobody has edited the file. A removal writes the empty text. */
export function fileEdit(
  { path, role, content }: Pick<DesiredFile, "path" | "role" | "content">,
  found: ObservedFile | undefined,
): FileEdit | undefined {
  if (found?.kind !== "file" || found.content === content || !isEdited(found.content)) return undefined;
  return editOf(path, role, found.content, content);
}

/** A file with one text beside the same with another one. */
export function editOf(
  path: string,
  role: DesiredFile["role"],
  foundText: string,
  wantedText: string,
): FileEdit {
  const { before, after } = maskFileLines(role, foundText, wantedText);
  return { path, found: numbered(before), wanted: numbered(after) };
}

function numbered(lines: readonly TextLine[]): readonly FileLine[] {
  let next = 1;
  return lines.map(({ raw, shown }) => {
    const line = next;
    next += raw.split("\n").length;
    return { line, key: digest(raw), shown };
  });
}
