/** Commands that take agents as HOST/AGENT. */
const addressing: ReadonlySet<string> = new Set(["attach", "why", "logs", "send", "status"]);

/**
 * Returns the host of HOST/AGENT in a command line; undefined if there is none, or several. Names have no slashes. The text of
 * `send` may have some: only its first word counts.
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
  const counts = command === "send" ? at === 1 : at > 0 && (end === -1 || at < end);
  if (!counts || !addressing.has(command) || !word.includes("/") || isValue(command, words[at - 1]))
    return undefined;
  return /^([A-Za-z0-9][A-Za-z0-9_-]*)\/[A-Za-z0-9*?[]/.exec(word)?.[1];
}

/** Returns true for an option with a path, of which a relative one looks like a host and an agent. */
function isValue(command: string, before = ""): boolean {
  // There, -f means --follow.
  return before === "-f" ? command !== "logs" : ["--file", "-F", "--text-file"].includes(before);
}
