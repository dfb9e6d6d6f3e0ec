/** A command line in the order of its processing: the command first. */
export type Arranged =
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** Options without a command. */
  | { readonly kind: "no-command"; readonly options: readonly string[] };

const flags: ReadonlySet<string> = new Set(["--json", "--no-color", "--quiet", "--verbose"]);

/**
 * Moves options before the command to the place after it, as docker and kubectl take them
 * (`fleet -f x.yaml status`), and takes `help`, `help COMMAND`, `--help COMMAND`, `version` and a lone `-v` in their
 * usual meaning. The help of an unknown command is the error of that command. Pure.
 */
export function arrange(given: readonly string[], isCommand: (word: string) => boolean): Arranged {
  const count = leadingOptions(given);
  const options = given.slice(0, count);
  const rest = given.slice(count);
  const [command, ...more] = rest;
  if (command === undefined && options.length > 0) {
    return given.length === 1 && given[0] === "-v"
      ? arrangedWords(["--version"])
      : { kind: "no-command", options };
  }
  if (command === "version") return arrangedWords(["--version"]);
  if (command === "help" || command === "--help" || command === "-h") {
    const [topic] = more.filter((word) => !word.startsWith("-"));
    if (topic === undefined || topic === "help" || topic === "version") return arrangedWords(["--help"]);
    return arrangedWords(isCommand(topic) ? [topic, "--help"] : [topic]);
  }
  if (command === undefined || command.startsWith("-")) return arrangedWords(given);
  return arrangedWords([command, ...(follows.has(command) ? options.map(asLong) : options), ...more]);
}

/** Commands whose -f means --follow. */
const follows: ReadonlySet<string> = new Set(["logs", "events"]);

/** Returns the long form of -f: after fleet logs and events it means --follow. */
function asLong(option: string): string {
  return option.replace(/^-f(?=.)/, "--file=").replace(/^-f$/, "--file");
}

function arrangedWords(arranged: readonly string[]): Arranged {
  return { kind: "words", words: arranged };
}

/** Returns the number of words in leading options of all commands. */
export function leadingOptions(given: readonly string[]): number {
  let count = 0;
  for (let word = given[count]; word !== undefined; word = given[count]) {
    if ((word === "-f" || word === "--file") && count + 1 < given.length) count += 2;
    else if (flags.has(word) || /^(?:--file=|-f[^-]|-[qv]+$)/.test(word)) count += 1;
    else break;
  }
  return count;
}

/** Commands that take a fleet file as an argument too. The others end something, or take names of agents. */
const withFileArgument: ReadonlySet<string> = new Set(
  "validate plan diff status wait why apply watch snapshot render doctor logs events history graph ui init edit worktree hosts place".split(
    " ",
  ),
);

/** Returns true for a command that takes a fleet file as an argument, too: `fleet plan fleet.yaml`. */
export function takesFile(command: string): boolean {
  return withFileArgument.has(command);
}

/** Returns true for the name of a fleet file: names of agents have no dots. */
export function isFleetFile(word: string): boolean {
  return /[^/]\.ya?ml$/i.test(word);
}

/**
 * Reads the first argument ending in .yaml or .yml as `--file`: `fleet plan fleet.yaml`. `withValue` are the
 * options of the command that take a value; `isPlan` is true for a saved plan, whatever its name.
 */
export function fileAsOption(
  given: readonly string[],
  withValue: ReadonlySet<string>,
  isPlan: (path: string) => boolean,
): readonly string[] {
  const [command = "", ...rest] = given;
  // The inventory may be a file of YAML, too.
  if (!takesFile(command) || (command === "hosts" && rest.includes("import"))) return given;
  const end = rest.indexOf("--");
  const index = rest.findIndex(
    (word, at) =>
      (end === -1 || at < end) &&
      !word.startsWith("-") &&
      isFleetFile(word) &&
      !withValue.has(rest[at - 1] ?? "") &&
      !(command === "apply" && isPlan(word)),
  );
  const file = rest[index];
  if (file === undefined) return given;
  return [command, "--file", file, ...rest.filter((_, at) => at !== index)];
}
