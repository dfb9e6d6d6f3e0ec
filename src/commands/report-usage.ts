import { createOutput } from "../report/output.ts";

/** True where a command line asks for JSON, even one that cannot be understood otherwise. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const words = argv.slice(0, end < 0 ? undefined : end);
  return words.some(
    (word, index) =>
      word === "--json" || word === "--format=json" || (word === "json" && words[index - 1] === "--format"),
  );
}

/** Tells as JSON what is wrong with a command line. `message` is commander's, with its suggestion in a second line. */
export function reportUsage(message: string): void {
  const [summary = "", ...more] = message.replace(/^error: /, "").split("\n");
  const hint = more.join(" ").replace(/^\(|\)$/g, "") || undefined;
  const output = createOutput({ json: true, color: false, quiet: false, verbose: false });
  output.diagnostics([{ severity: "error", code: "bad-usage", summary, hint }]);
}
