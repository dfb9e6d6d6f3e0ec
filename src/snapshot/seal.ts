import { digest } from "../text/digest.ts";
import { envFileEntries, type EnvFileEntry } from "../desired/files/env-file-entries.ts";
import { withOtherText } from "../desired/marks/file-mark.ts";
import { maskFileLines, logicalTexts } from "../diffs/mask-file-lines.ts";
import { sensitive } from "../secrets/mask.ts";

/**
 * A file's text for a place where its secrets must not be readable: each line is as a plan would show it, with something in
 * place of each mask that is the same for the same line and is masked as the secret was. So the text is compared and shown as
 * it would be with the secrets in it. What a plan compares with it has to be sealed likewise.
 *
 * `beside` is a text whose secrets are masked here too. Only for a text that equals no other: it would be sealed in
 * another way than without.
 */
export function sealText(text: string, isEnvFile: boolean, beside = ""): string {
  const context = `${text}\n${beside}`;
  return withOtherText(text, (part) => (isEnvFile ? sealEntries(part, context) : sealLines(part)));
}

/** Taken for a secret by its look (long, of letters and digits), and told from what stands around it: see secrets/values.ts. */
function striking(raw: string): string {
  return `sealed00${digest(raw)}`;
}

/** Taken for one only behind a name that says so. In brackets, for what is no word is no `Bearer` or `token` either. */
function inconspicuous(raw: string): string {
  return `<sealed-${digest(raw)}>`;
}

function sealLines(text: string): string {
  const { before } = maskFileLines("drop-in", text, "");
  const lines = logicalTexts(text).map((raw, index) => {
    const shown = before[index]?.shown ?? sensitive;
    return shown.includes(sensitive) ? fillIn(shown, striking(raw), linesLost(raw, shown)) : raw;
  });
  return lines.join("\n") + (text.endsWith("\n") ? "\n" : "");
}

function sealEntries(text: string, context: string): string {
  const { before } = maskFileLines("env", text, context);
  let sealed = "";
  let at = 0;
  for (const [index, entry] of envFileEntries(text).entries()) {
    at += entry.raw.length;
    const end = text.startsWith("\r\n", at) ? "\r\n" : text.charAt(at);
    at += end.length;
    sealed += sealEntry(entry, before[index]?.shown ?? sensitive) + end;
  }
  // In a value whose quote is never closed, the last line's end was a part of the value.
  return text.endsWith("\n") && !sealed.endsWith("\n") ? `${sealed}\n` : sealed;
}

function sealEntry({ raw, name }: EnvFileEntry, shown: string): string {
  if (!shown.includes(sensitive)) return raw;
  const lost = linesLost(raw, shown);
  // A line that is masked as a whole is no comment any more, which alone can have several lines.
  if (name === undefined) return fillIn(shown, striking(raw), shown.startsWith(sensitive) ? 0 : lost);
  const equals = shown.indexOf("=");
  const head = fillIn(shown.slice(0, equals), striking(raw), 0);
  const value = shown.slice(equals + 1);
  if (value === sensitive) return `${head}="${fillIn(value, striking(raw), lost)}"`;
  return closed(`${head}=${fillIn(value, inconspicuous(raw), lost)}`);
}

/** A shown text with a seal for each mask. Where that hides the ends of lines, the last seal has as many lines more. */
function fillIn(shown: string, seal: string, lost: number): string {
  const parts = shown.split(sensitive);
  const last = parts.pop() ?? "";
  if (parts.length === 0) return shown;
  return (
    parts.join(seal) +
    Array<string>(lost + 1)
      .fill(seal)
      .join("\\\n") +
    last
  );
}

function linesLost(raw: string, shown: string): number {
  return raw.split("\n").length - shown.split("\n").length;
}

/** The end of a value in quotes may be behind a mask: without it, the value would go on in the next line. */
function closed(assignment: string): string {
  const ends = ["", '"', "'"].map((quote) => assignment + quote);
  return ends.find((text) => envFileEntries(`${text}\n`)[0]?.raw === text) ?? assignment;
}
