/** True where a command line asks for JSON, even one that cannot be understood otherwise. */
export function asksForJson(given: readonly string[]): boolean {
  const end = given.indexOf("--");
  const words = given.slice(0, end < 0 ? undefined : end);
  return words.some(
    (word, index) =>
      word === "--json" || word === "--format=json" || (word === "json" && words[index - 1] === "--format"),
  );
}
