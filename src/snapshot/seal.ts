import { digest } from "../text/digests/digest.ts";
import { remembering } from "../text/remembering.ts";
import { envFileEntries, type EnvFileEntry } from "../desired/env/env-file-entries.ts";
import { withOtherText } from "../desired/marks/file-mark.ts";
import { maskFileLines, logicalTexts } from "../diffs/mask-file-lines.ts";
import { maskEntries, ownHead, secretsInEnvFile } from "../diffs/mask-env-lines.ts";
import { sensitive } from "../secrets/mask.ts";

/**
 * Returns a file's text for a place with other readers: each line as a plan would show it, with a seal in
 * place of each mask. The seal is the same for the same line, and is masked like the secret. So comparison
 * and display of the text work as with the secrets in it. The other side of a comparison needs the same
 * seals.
 *
 * `beside` is a text whose secrets are masked here too. Only for a text that equals no other, because it
 * changes the seals.
 */
export function sealText(text: string, isEnvFile: boolean, beside = ""): string {
  if (!isEnvFile) return withOtherText(text, sealLines);
  const secrets = secretsInEnvFile(`${text.replace(ownHead, "")}\n${beside}`);
  return withOtherText(text, (part) => sealEntries(part, secrets));
}

/**
 * Returns a seal that counts as a secret by its form (long, of letters and digits), without influence of the
 * text around it: see secrets/values.ts.
 */
function striking(raw: string): string {
  return `sealed00${digest(raw)}`;
}

/**
 * Returns a seal that counts as a secret only after the name of one. In brackets, because then it is no
 * `Bearer` or `token` either.
 */
function inconspicuous(raw: string): string {
  return `<sealed-${digest(raw)}>`;
}

const sealLines = remembering((text): string => {
  const { before } = maskFileLines("drop-in", text, "");
  const lines = logicalTexts(text).map((raw, index) => {
    const shown = before[index]?.shown ?? sensitive;
    return shown.includes(sensitive) ? fillIn(shown, striking(raw), linesLost(raw, shown)) : raw;
  });
  return lines.join("\n") + (text.endsWith("\n") ? "\n" : "");
});

/** The text of an env file with seals: `secrets` are masked in it, next to its own. */
const sealEntries = remembering(
  (text: string, secrets: readonly string[]): string => {
    const entries = envFileEntries(text);
    const lines = maskEntries(entries, secrets);
    let sealed = "";
    let at = 0;
    for (const [index, entry] of entries.entries()) {
      at += entry.raw.length;
      const end = text.startsWith("\r\n", at) ? "\r\n" : text.charAt(at);
      at += end.length;
      sealed += sealEntry(entry, lines[index]?.shown ?? sensitive) + end;
    }
    // If a value's quote is never closed, the last line's end was a part of the value.
    return text.endsWith("\n") && !sealed.endsWith("\n") ? `${sealed}\n` : sealed;
  },
  (text, secrets) => JSON.stringify([text, secrets]),
);

function sealEntry({ raw, name }: EnvFileEntry, shown: string): string {
  if (!shown.includes(sensitive)) return raw;
  const lost = linesLost(raw, shown);
  // A line masked as a whole is no longer a comment, and only comments can have several lines.
  if (name === undefined) return fillIn(shown, striking(raw), shown.startsWith(sensitive) ? 0 : lost);
  const equals = shown.indexOf("=");
  const head = fillIn(shown.slice(0, equals), striking(raw), 0);
  const value = shown.slice(equals + 1);
  if (value === sensitive) return `${head}="${fillIn(value, striking(raw), lost)}"`;
  return closed(`${head}=${fillIn(value, inconspicuous(raw), lost)}`);
}

/**
 * Fills a seal into each mask of a text. If the masks hide ends of lines, the last seal has as many lines
 * more.
 */
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

/**
 * Closes a quoted value: a mask may hide its end, and without an end the value would continue in the next
 * line.
 */
function closed(assignment: string): string {
  const ends = ["", '"', "'"].map((quote) => assignment + quote);
  return ends.find((text) => envFileEntries(`${text}\n`)[0]?.raw === text) ?? assignment;
}
