import type { TextLine, FileEdit, FileLine } from "./types.ts";
import { digest } from "../text/digests/digest.ts";
import { isEdited } from "../desired/marks/file-mark.ts";
import type { DesiredFile } from "../desired/types.ts";
import type { ObservedFile } from "../observed/types.ts";
import { maskFileLines } from "./mask-file-lines.ts";

/** Returns a manual edit; undefined for an unedited file. A removal writes the empty text. */
export function fileEdit(
  { path, role, content }: Pick<DesiredFile, "path" | "role" | "content">,
  found: ObservedFile | undefined,
): FileEdit | undefined {
  if (found?.kind !== "file" || found.content === content || !isEdited(found.content)) return undefined;
  return editOf(path, role, found.content, content);
}

/** Returns two texts of a file next to each other. `keyOf` returns the same key for lines that correspond. */
export function editOf(
  path: string,
  role: DesiredFile["role"],
  foundText: string,
  wantedText: string,
  keyOf: (raw: string) => string = digest,
): FileEdit {
  const { before, after } = maskFileLines(role, foundText, wantedText);
  return { path, found: numberedLines(before, keyOf), wanted: numberedLines(after, keyOf) };
}

/** Returns the same for a file that appears or goes: its lines have no keys, because there are none to compare with. */
export function wholeEdit(
  path: string,
  role: DesiredFile["role"],
  foundText: string,
  wantedText: string,
): FileEdit {
  return editOf(path, role, foundText, wantedText, () => "");
}

function numberedLines(lines: readonly TextLine[], keyOf: (raw: string) => string): readonly FileLine[] {
  let next = 1;
  return lines.map(({ raw, shown }) => {
    const line = next;
    next += raw.split("\n").length;
    return { line, key: keyOf(raw), shown };
  });
}
