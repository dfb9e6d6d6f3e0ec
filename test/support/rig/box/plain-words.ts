/** Programs that do in a shell what they do without one. */
const programs = new Set(
  "cat chmod cp find fleet git journalctl kill ls mkdir mkfifo mv pgrep pkill rm stat systemctl test tmux touch".split(
    " ",
  ),
);
/** A word without anything that a shell would change, except for its single quotes. */
const word = /^(?:[\w@%+:,./=-]|'[^']*')+$/;
const split = /(?:'[^']*'|[^\s'])+/g;

/**
 * Returns the words of a script that is one command of such words: it needs no shell. `~/` is below `home`. Returns
 * undefined for any other script.
 */
export function plainWords(script: string, home: string): readonly string[] | undefined {
  const text = script.trim();
  const words = (text.match(split) ?? []).map((each) => each.replace(/^~\//, `${home}/`));
  const isWhole = !text.includes("\n") && text.replaceAll(split, "").trim() === "";
  const isPlain = isWhole && programs.has(words[0] ?? "") && words.every((each) => word.test(each));
  return isPlain ? words.map((each) => each.replaceAll("'", "")) : undefined;
}
