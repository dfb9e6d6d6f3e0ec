import { jsonFormats } from "./plan-formats.ts";

/** Returns true if a command line, valid or not, asks for JSON. */
export function asksForJson(given: readonly string[]): boolean {
  const end = given.indexOf("--");
  const words = given.slice(0, end < 0 ? undefined : end);
  return words.some(
    (word, index) =>
      word === "--json" ||
      word === "-ojson" ||
      word === "--output=json" ||
      (word === "json" && ["-o", "--output"].includes(words[index - 1] ?? "")) ||
      jsonFormats.some(
        (format) => word === `--format=${format}` || (word === format && words[index - 1] === "--format"),
      ),
  );
}
