import type { TextLine } from "./types.ts";
import type { DesiredFile } from "../desired/types.ts";
import { maskText, sensitive } from "../secrets/mask.ts";
import { maskEnvLines } from "./mask-env-lines.ts";

/** Returns two versions of a file as comparable lines. An empty text has no lines. */
export function maskFileLines(
  role: DesiredFile["role"],
  before: string,
  after: string,
): { readonly before: readonly TextLine[]; readonly after: readonly TextLine[] } {
  const [found = [], wanted = []] =
    role === "env" ? maskEnvLines([before, after]) : [before, after].map(linesWithoutKeys);
  return { before: [...found, ...missingEnd(before)], after: [...wanted, ...missingEnd(after)] };
}

/** Returns diff(1)'s note for a last line without its end. */
function missingEnd(text: string): readonly TextLine[] {
  if (text === "" || text.endsWith("\n")) return [];
  const shown = "\\ No newline at end of file";
  return [{ raw: shown, shown }];
}

/**
 * Returns the lines of a unit or a script without their ends. A line with a backslash at its end includes the
 * next one.
 */
export function logicalTexts(text: string): readonly string[] {
  const whole = text.match(/(?:[^\n]*\\\n)*[^\n]*(?:\n|$)/g) ?? [];
  return whole.filter((line) => line !== "").map((line) => line.replace(/\n$/, ""));
}

function linesWithoutKeys(text: string): readonly TextLine[] {
  let inKey = false;
  return logicalTexts(text).map((raw) => {
    const begins = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(raw);
    const hidden = inKey && !begins;
    if (begins) inKey = true;
    if (/-----END /.test(raw)) inKey = false;
    return maskedLine(raw, hidden);
  });
}

const digestInMark = /^(?<head>Digest=|# mosaic-fleet: .* digest=)\S*$/;

function maskedLine(raw: string, isKey: boolean): TextLine {
  const mark = digestInMark.exec(raw)?.groups?.["head"];
  if (mark !== undefined) return { raw: mark, shown: mark };
  return { raw, shown: isKey ? sensitive : maskText(raw, "rest") };
}
