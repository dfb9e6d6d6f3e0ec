import { esc } from "../text/characters.ts";

/** Plain text, CSI, a string such as OSC or a mark, another escape sequence, or one control character. */
const tokenPattern = new RegExp(
  [
    String.raw`[^\u0000-\u001f\u007f]+`,
    String.raw`${esc}\[[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]`,
    String.raw`${esc}[\]PX^_][^\u0007${esc}]*(?:\u0007|${esc}\\)`,
    String.raw`${esc}[\u0020-\u002f]*[\u0030-\u005a\u005c\u0060-\u007e]`,
    String.raw`[\u0000-\u001a\u001c-\u001f\u007f]`,
  ].join("|"),
  "y",
);

/** The longest sequence that may be cut at the end of a text; anything longer is no sequence. */
const longestSequence = 4_096;

/** Calls `apply` with each token of a program's output. Returns the rest: a sequence that is not complete yet. */
export function eachToken(text: string, apply: (token: string) => void): string {
  let at = 0;
  while (at < text.length) {
    tokenPattern.lastIndex = at;
    const token = tokenPattern.exec(text)?.[0];
    if (token !== undefined) {
      apply(token);
      at += token.length;
    } else if (text.length - at < longestSequence) break;
    else at += 1;
  }
  return text.slice(at);
}

const markPattern = new RegExp(`^${esc}\\^mosaic-log (?<kind>\\w+) (?<ms>\\d+)`);

/** A mark of the log's reader in the output: see put_mark of the start script. */
export interface LogMark {
  readonly kind: string;
  readonly atMs: number;
}

/** Returns the mark in a token; undefined for any other token. */
export function markOf(token: string): LogMark | undefined {
  const { kind, ms } = markPattern.exec(token)?.groups ?? {};
  return kind === undefined ? undefined : { kind, atMs: Number(ms) };
}
