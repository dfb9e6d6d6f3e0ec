/** Returns true for a pattern: names of agents have none of these characters. */
export function isPattern(word: string): boolean {
  return /[*?[]/.test(word);
}

/** One part of a pattern: any text, or a test of one character. */
type PatternPart = "any" | ((character: string) => boolean);

/**
 * Returns the test of a pattern, as in a shell: `*` is any text, `?` one character, `[a-c]` one of them and `[!a-c]`
 * none of them. A `[` without its end stands for itself. The time of a test grows with pattern and name alone: a regular
 * expression with many `.*` could take for ever.
 */
export function patternTest(pattern: string): (name: string) => boolean {
  const parts = patternParts(pattern);
  return (name) => {
    let part = 0;
    let at = 0;
    // The last `*`, and the first character it does not take yet.
    let star: { readonly part: number; at: number } | undefined;
    while (at < name.length) {
      const wanted = parts[part];
      if (wanted === "any") {
        star = { part, at };
        part += 1;
      } else if (wanted?.(name.charAt(at)) === true) {
        part += 1;
        at += 1;
      } else if (star === undefined) {
        return false;
      } else {
        star.at += 1;
        at = star.at;
        part = star.part + 1;
      }
    }
    return parts.slice(part).every((rest) => rest === "any");
  };
}

function patternParts(pattern: string): readonly PatternPart[] {
  const words = pattern.match(/\[!?\]?[^\]]*\]|./gsu) ?? [];
  return words.map((word): PatternPart => {
    if (word === "*") return "any";
    if (word === "?") return () => true;
    return word.length > 2 && word.startsWith("[") ? oneOf(word.slice(1, -1)) : (each) => each === word;
  });
}

/** Returns the test for the characters and ranges between two brackets. */
function oneOf(content: string): (character: string) => boolean {
  const isNegated = content.startsWith("!");
  const ranges = (isNegated ? content.slice(1) : content).match(/.-.|./gsu) ?? [];
  const isListed = (character: string): boolean =>
    ranges.some((range) => range.charAt(0) <= character && character <= range.charAt(range.length - 1));
  return (character) => isListed(character) !== isNegated;
}
