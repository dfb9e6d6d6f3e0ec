/** Commands that take agents as HOST/AGENT. */
const addressing: ReadonlySet<string> = new Set([
  "attach",
  "exec",
  "why",
  "logs",
  "send",
  "keys",
  "status",
  "events",
  "history",
  "wait",
]);

/** Returns true for a command that takes agents as HOST/AGENT. */
export function takesAddresses(command: string): boolean {
  return addressing.has(command);
}

/**
 * Commands that put something into the terminals of agents. Only the words before `--`, or without it the first one, are agents there: the others are a text or keys. A text
 * in a file leaves all words to the agents.
 */
export const talking: ReadonlySet<string> = new Set(["send", "keys"]);

/**
 * Returns the host of HOST/AGENT in a command line; undefined if there is none, or several. Names have no slashes. The text of
 * `send` may have some: only the agents before it count.
 */
export function hostNamedIn(words: readonly string[]): string | undefined {
  const hosts = new Set(words.flatMap((word, at) => hostAt(words, at, word) ?? []));
  const [host, ...others] = hosts;
  return others.length > 0 ? undefined : host;
}

/** Returns a command line without the hosts of HOST/AGENT. */
export function withoutHost(words: readonly string[]): readonly string[] {
  return words.map((word, at) => {
    const host = hostAt(words, at, word);
    return host === undefined ? word : word.slice(host.length + 1);
  });
}

function hostAt(words: readonly string[], at: number, word: string): string | undefined {
  const [command = ""] = words;
  const end = words.indexOf("--");
  const isBefore = at > 0 && (end === -1 || at < end);
  const isFirst = at === words.findIndex((each, place) => place > 0 && !isOption(each, words[place - 1]));
  const isTalk = talking.has(command) && end === -1 && !words.some(namesFile);
  const counts = command === "exec" || isTalk ? isFirst : isBefore;
  if (!counts || !takesAddresses(command) || !word.includes("/") || isValue(command, words[at - 1]))
    return undefined;
  return /^([A-Za-z0-9][A-Za-z0-9_-]*)\/[A-Za-z0-9*?[]/.exec(word)?.[1];
}

/** Returns true for the option that names a file with the text. */
function namesFile(word: string): boolean {
  return /^(?:-[a-z]*F|--text-file(?:$|=))/.test(word);
}

/** Returns true for an option of these commands, and for the value of one. */
function isOption(word: string, before = ""): boolean {
  return (
    word.startsWith("-") || ["-f", "--file", "--host", "--max-parallel", "-l", "--selector"].includes(before)
  );
}

/** Returns true for an option with a path, of which a relative one looks like a host and an agent. */
function isValue(command: string, before = ""): boolean {
  // There, -f means --follow.
  return before === "-f"
    ? command !== "logs" && command !== "events"
    : before === "--file" || /^(?:-[a-z]*F|--text-file)$/.test(before);
}
