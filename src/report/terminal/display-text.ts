import { printableAscii } from "../../text/characters.ts";

/**
 * Returns text that is safe to print: control characters become visible ones, so a file cannot move the cursor or set
 * colours. Line feeds and tabs are control characters too. So do format characters without a shape, among them those that
 * turn the direction of text. Joiners are parts of words and emoji.
 */
export function visible(text: string): string {
  if (printableAscii.test(text)) return text;
  return text
    .replaceAll(/\p{Cc}/gu, controlPicture)
    .replaceAll("\u00A0", "\u2423")
    .replaceAll(/(?!\u200C|\u200D|[\u{E0020}-\u{E007F}])[\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu, replacement);
}

const replacement = "\uFFFD";

/** Returns a control picture of Unicode: U+2400 to U+241F, and one for DEL. */
function controlPicture(control: string): string {
  const code = control.codePointAt(0) ?? 0;
  if (code === 0x7f) return "\u2421";
  return code < 0x20 ? String.fromCodePoint(0x2400 + code) : replacement;
}
