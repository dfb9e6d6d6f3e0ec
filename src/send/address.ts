import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";

/** The words of a command line, and the other facts that tell agents from text. */
export interface Words {
  /** The words before `--`, or all without one. */
  readonly words: readonly string[];
  /** The words after `--`; undefined without one. */
  readonly afterDashes: readonly string[] | undefined;
  /** True if --all or -l selects the agents. */
  readonly selects: boolean;
  /** True if -F names the text. */
  readonly hasFile: boolean;
  /** True if standard input is no terminal. */
  readonly hasInput: boolean;
  /** Returns true for the name of an agent, an entry, or a pattern that fits one. */
  readonly isAgent: (word: string) => boolean;
}

/** The agents of a command line, and its text. */
export interface Addressed {
  /** Names and patterns. */
  readonly names: readonly string[];
  /** Undefined if the text is in a file or on standard input. */
  readonly text: string | undefined;
}

/**
 * Tells the agents of `fleet send` from its text. With `--` the agents are before it. Without it, the first word is the
 * agent, or none with --all or -l. A file or standard input leaves all words to the agents. Refuses an agent in the place
 * of a text.
 */
export function addressOf(given: Words): Result<Addressed> {
  const { words, afterDashes, selects, hasFile, hasInput, isAgent } = given;
  if (afterDashes !== undefined) return addressWithDashes(given, afterDashes);
  if (words.length === 0 && !selects) return noAgent();
  if (hasFile) return ok({ names: words, text: undefined });
  if (selects) {
    const [first, ...rest] = words;
    if (first === undefined) return hasInput ? ok({ names: [], text: undefined }) : noText("--all");
    if (!isAgent(first)) return ok({ names: [], text: words.join(" ") });
    if (words.every(isAgent) && hasInput) return ok({ names: words, text: undefined });
    return ambiguous(first, [first], rest);
  }
  const [agent = "", ...rest] = words;
  if (words.every((word) => isAgent(word)) && hasInput) return ok({ names: words, text: undefined });
  const [second] = rest;
  if (second === undefined) return hasInput ? ok({ names: words, text: undefined }) : noText(agent);
  if (isAgent(second)) return ambiguous(second, words.slice(0, 2), rest.slice(1));
  return ok({ names: [agent], text: rest.join(" ") });
}

function addressWithDashes(
  { words, selects, hasFile }: Words,
  afterDashes: readonly string[],
): Result<Addressed> {
  if (words.length === 0 && !selects) return noAgent();
  if (afterDashes.length > 0 && hasFile) {
    return fail("bad-usage", "the text is given twice: after -- and by -F", {
      hint: "leave one of them out",
    });
  }
  if (afterDashes.length === 0)
    return hasFile ? ok({ names: words, text: undefined }) : noText(words.join(" "));
  return ok({ names: words, text: afterDashes.join(" ") });
}

function noAgent<T>(): Result<T> {
  return fail("bad-usage", "missing required argument 'agent'", {
    hint: "name the agents before the text: fleet send coder 'run the tests', or select them with -l or --all",
  });
}

function noText<T>(agents: string): Result<T> {
  return fail("bad-usage", "there is no text to send", {
    hint: `write it after the agent, or name a file: fleet send ${agents} 'run the tests', fleet send ${agents} -F task.md`,
  });
}

/** Refuses a word that may be an agent or the beginning of the text. */
function ambiguous<T>(word: string, names: readonly string[], rest: readonly string[]): Result<T> {
  const text = rest.length === 0 ? "TEXT" : `'${rest.join(" ").slice(0, 40).replaceAll("'", "’")}'`;
  const shown = names.map((name) => (/^[\w-]+$/.test(name) ? name : `'${name}'`)).join(" ");
  return fail("bad-usage", `"${word}" may be an agent or the beginning of the text`, {
    hint: `write -- between agents and text: fleet send ${shown} -- ${text}`,
  });
}
