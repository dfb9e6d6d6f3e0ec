import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../diagnostics/wording.ts";

/** The words of a command line, and the other facts that tell agents from text. */
export interface AddressWords {
  /** The words before `--`, or all without one. */
  readonly words: readonly string[];
  /** The words after `--`; undefined without one. */
  readonly afterDashes: readonly string[] | undefined;
  /** The command. */
  readonly verb: "send" | "keys";
  /** True if --all or -l selects the agents. */
  readonly selects: boolean;
  /** True if -F names the text. */
  readonly hasFile: boolean;
  /** True if standard input is no terminal. */
  readonly hasInput: boolean;
  /** Returns true for the name of an agent, an entry, or a pattern that fits one. */
  readonly isAgent: (word: string) => boolean;
}

/** The agents of a command line, and the rest of it. */
export interface Addressed {
  /** Names and patterns. */
  readonly names: readonly string[];
  /** The words of the text, or the keys. Undefined if the text is in a file or on standard input. */
  readonly rest: readonly string[] | undefined;
}

/**
 * Tells the agents of `fleet send` and `fleet keys` from the rest. With `--` the agents are before it. Without it, the first word is the
 * agent, or none with --all or -l. A file or standard input leaves all words to the agents. Refuses an agent in the place
 * of a text.
 */
export function addressOf(given: AddressWords): Result<Addressed> {
  const { words, afterDashes, verb, selects, hasFile, hasInput, isAgent } = given;
  if (afterDashes !== undefined) return addressWithDashes(given, afterDashes);
  if (words.length === 0 && !selects) return noAgent(verb);
  if (hasFile) return ok({ names: words, rest: undefined });
  if (selects) {
    const [first, ...rest] = words;
    if (first === undefined)
      return hasInput ? ok({ names: [], rest: undefined }) : nobodyMatches(verb, "--all");
    if (!isAgent(first)) return ok({ names: [], rest: words });
    if (words.every(isAgent) && hasInput) return ok({ names: words, rest: undefined });
    return ambiguous(verb, first, [first], rest);
  }
  const [agent = "", ...rest] = words;
  if (words.every((word) => isAgent(word)) && hasInput) return ok({ names: words, rest: undefined });
  const [second] = rest;
  if (second === undefined)
    return hasInput ? ok({ names: words, rest: undefined }) : nobodyMatches(verb, agent);
  if (isAgent(second)) return ambiguous(verb, second, words.slice(0, 2), rest.slice(1));
  return ok({ names: [agent], rest });
}

function addressWithDashes(
  { words, verb, selects, hasFile }: AddressWords,
  afterDashes: readonly string[],
): Result<Addressed> {
  if (words.length === 0 && !selects) return noAgent(verb);
  if (afterDashes.length > 0 && hasFile) {
    return fail("bad-usage", "the text is given twice: after -- and by -F", {
      hint: "leave one of them out",
    });
  }
  if (afterDashes.length === 0)
    return hasFile ? ok({ names: words, rest: undefined }) : nobodyMatches(verb, words.join(" "));
  return ok({ names: words, rest: afterDashes });
}

type AddressVerb = AddressWords["verb"];

const examples = { send: "'run the tests'", keys: "C-c" } as const;
const contentNames = { send: "the text", keys: "the keys" } as const;

function noAgent<T>(verb: AddressVerb): Result<T> {
  return fail("bad-usage", "missing required argument 'agent'", {
    hint: wording`name the agents before ${contentNames[verb]}: ${fleetCommand(verb)} coder ${examples[verb]}, or select them with -l or --all`,
  });
}

function nobodyMatches<T>(verb: AddressVerb, agents: string): Result<T> {
  const line = wording`${fleetCommand(verb)} ${agents} ${examples[verb]}`;
  if (verb === "keys")
    return fail("bad-usage", "there is no key to press", { hint: wording`for example ${line}` });
  return fail("bad-usage", "there is no text to send", {
    hint: wording`write it after the agent, or name a file: ${line}, ${fleetCommand("send")} ${agents} -F task.md`,
  });
}

/** Refuses a word that may be an agent or the beginning of the rest. */
function ambiguous<T>(
  verb: AddressVerb,
  word: string,
  agents: readonly string[],
  rest: readonly string[],
): Result<T> {
  const quoted = `'${rest.join(" ").slice(0, 40).replaceAll("'", "’")}'`;
  const shown = verb === "keys" ? rest.join(" ") || "KEY" : rest.length === 0 ? "TEXT" : quoted;
  const named = agents.map((name) => (/^[\w-]+$/.test(name) ? name : `'${name}'`)).join(" ");
  return fail("bad-usage", `"${word}" may be an agent or the beginning of ${contentNames[verb]}`, {
    hint: wording`write -- between the agents and ${contentNames[verb]}: ${fleetCommand(verb)} ${named} -- ${shown}`,
  });
}
