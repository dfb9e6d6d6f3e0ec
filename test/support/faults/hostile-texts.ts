import fc from "fast-check";

/** Pieces that a shell, systemd, tmux, YAML or an env file would misread; `touch` leaves a trace if it is run. */
const pieces = [
  `"`,
  "'",
  "`touch ~/PWNED`",
  "$(touch ~/PWNED)",
  "$HOME",
  "${IFS}",
  ";touch ~/PWNED;",
  ";touch ~/PWNED #",
  "|touch ~/PWNED|",
  "&touch ~/PWNED&",
  "\ntouch ~/PWNED\n",
  "\nExecStartPre=touch %h/PWNED\n",
  "\n[Service]\n",
  "#(touch ~/PWNED)",
  "#{pane_id}",
  "#S",
  "#",
  "%",
  "%h",
  "%n",
  "%%",
  "\\",
  "\\\n",
  "\n",
  "\r",
  "\r\n",
  "\t",
  " ",
  ";",
  " #",
  ": ",
  "- ",
  "{",
  "}",
  "[",
  "]",
  "*",
  "?",
  "~",
  "!",
  "=",
  "\u0000",
  "\u0001",
  "\u0007",
  "\u001b[31m",
  "\u007f",
  "\u0085",
  "\u00a0",
  "e\u0301",
  "\u202e",
  "\u2028",
  "\ufeff",
  "\uffff",
  "\ud800",
  "\u{1f98a}",
  "漢",
  "a",
  "-n",
  "..",
  "/",
] as const;

/** A text with a meaning to one of its readers. */
export const hostileText = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: fc.constantFrom(...pieces), maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme-composite", maxLength: 30 }) },
);

/**
 * Returns false for a text that an environment variable and a command cannot carry: with NUL, or not UTF-8 to systemd.
 */
export function isCarriable(text: string): boolean {
  return Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    const isNoncharacter = (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
    return code !== 0 && !isNoncharacter && !(code >= 0xd800 && code <= 0xdfff);
  });
}

/** Returns true for a valid name of a file in a path of fleet.yaml: no control characters, no line separators. */
export function isFileName(text: string): boolean {
  return isCarriable(text) && !/[\p{Cc}\u2028\u2029/]/u.test(text) && !/^\.{0,2}$/.test(text);
}
