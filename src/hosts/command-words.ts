/** Options of plans and changes with a value in the next word. */
const withValue: ReadonlySet<string> = new Set(["--selector", "--lock-timeout", "--wait-idle", "--format"]);

/**
 * Returns the place of the first argument in a command line for hosts, after the command and options; -1 without one. Its
 * options are long. Pure.
 */
export function firstArgumentAt(words: readonly string[]): number {
  return words.findIndex(
    (word, at) => at > 0 && !word.startsWith("-") && !withValue.has(words[at - 1] ?? ""),
  );
}

/** Returns true for a plan or an apply of the whole fleet: without names and labels. Pure. */
export function isWholeChange(words: readonly string[]): boolean {
  const [command = ""] = words;
  return (
    ["apply", "plan", "diff"].includes(command) &&
    firstArgumentAt(words) === -1 &&
    !words.includes("--selector")
  );
}

/** Returns the command line that asks for the names of the agents that `attach` or `exec` means. Pure. */
export function namesCommand(words: readonly string[]): readonly string[] {
  const at = firstArgumentAt(words);
  const [agent] = at === -1 ? [] : (words[at] ?? "").split(":", 1);
  // After the agent of exec, the words belong to its program.
  const own = words[0] === "exec" ? words.slice(0, at + 1) : words;
  const labels = own.indexOf("--selector");
  return [
    "status",
    "--output=name",
    ...(labels === -1 ? [] : own.slice(labels, labels + 2)),
    ...(agent === undefined ? [] : [agent]),
  ];
}
