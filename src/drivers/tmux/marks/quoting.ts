/** Returns a word for sh, in a text in which tmux expands `#` and `%`. */
export function formatWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''").replaceAll(/[#%]/g, "$&$&")}'`;
}

/** Returns a text as one word of a tmux command (tmux(1), PARSING SYNTAX). */
export function commandWord(text: string): string {
  return `"${text.replaceAll(/["\\$]/g, "\\$&")}"`;
}
