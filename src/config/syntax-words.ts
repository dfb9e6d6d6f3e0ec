import type { ErrorCode, YAMLError } from "yaml";
import type { Finding } from "./findings.ts";

interface Words {
  /** Instead of the library's message. */
  readonly summary?: string;
  readonly detail?: string;
  readonly hint?: string;
}

const words: Readonly<Partial<Record<ErrorCode, Words>>> = {
  BAD_DQ_ESCAPE: { hint: "write \\\\ for a backslash in double quotes, or use single quotes" },
  BAD_INDENT: { summary: "bad indentation", hint: "begin keys of one map in the same column" },
  BAD_SCALAR_START: { hint: "put the value in quotes" },
  BLOCK_AS_IMPLICIT_KEY: {
    summary: "a second key in one line",
    hint: "put the value in quotes if the colon belongs to it",
  },
  MULTILINE_IMPLICIT_KEY: { summary: "a line without a colon", hint: "write KEY: VALUE" },
  MULTIPLE_DOCS: {
    summary: "a second document in the file",
    detail: "A fleet is one document: --- begins another one.",
    hint: "remove the line --- or keep each fleet in a file of its own",
  },
  NON_STRING_KEY: { summary: "a key that is not a word" },
  RESOURCE_EXHAUSTION: { summary: "too much for one fleet.yaml" },
  TAB_AS_INDENT: {
    summary: "a tab in the indentation",
    hint: "indent with spaces: YAML knows no tabs there",
  },
  TAG_RESOLVE_FAILED: {
    detail: "fleet.yaml uses no tags: strings, numbers, lists and maps are recognized without.",
    hint: "remove the tag, or put the value in quotes",
  },
  UNEXPECTED_TOKEN: { hint: "put the value in quotes if this character belongs to it" },
};

/** What an error of the YAML library is called here, all but its place. */
export function explain({ code, message }: Pick<YAMLError, "code" | "message">): Omit<Finding, "span"> {
  const own = special.find(({ pattern }) => pattern.test(message))?.words(message) ?? words[code];
  return {
    code: "yaml-syntax",
    summary: own?.summary ?? `${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    detail: own?.detail,
    hint: own?.hint,
  };
}

/** Messages that say more than their code. */
const special: readonly { readonly pattern: RegExp; readonly words: (message: string) => Words }[] = [
  {
    pattern: /^too deep$/,
    words: () => ({
      summary: "too many levels, one within the other",
      detail: "The rest of the file was not read: fleet.yaml needs five levels.",
      hint: "look for brackets or dashes that are not meant so; put the value in quotes",
    }),
  },
  {
    pattern: /^too large$/,
    words: () => ({
      summary: "more than one fleet.yaml may hold",
      detail:
        "Behind 100,000 words, signs and line breaks the file was not read; 1,000 agents with ten keys each have half of that.",
      hint: "use replicas and defaults, or make it several fleets: each has a name of its own",
    }),
  },
  {
    pattern: /^lone carriage return$/,
    words: () => ({
      summary: "a carriage return that does not belong to a line's end",
      detail: "Lines end with LF or CR LF.",
      hint: "save the file with LF line endings; inside a value write \\r in double quotes",
    }),
  },
  {
    pattern: /^NUL character$/,
    words: () => ({ summary: "a NUL character in the file", hint: "save the file as UTF-8 text" }),
  },
  { pattern: /^Flow /, words: unclosed },
  {
    pattern: /^Missing closing /,
    words: (message) => ({
      summary: `a ${message.endsWith("'quote") ? "single" : "double"} quote that is never closed`,
    }),
  },
  {
    pattern: /^Unexpected scalar at node end/,
    words: () => ({
      summary: "text after the end of a value",
      hint: "put the whole value in quotes; inside single quotes '' stands for one",
    }),
  },
  {
    pattern: / token in YAML stream/,
    words: (message) => ({
      summary: `unexpected ${/: (".*")$/.exec(message)?.[1] ?? "text"}`,
      detail: "The rest of the file could not be read.",
      hint: "remove it, or put the value in quotes if it belongs to it",
    }),
  },
];

/** A line that should have closed `{` or `[` comes under the code of bad indentation. */
function unclosed(message: string): Words {
  const [open, close] = message.endsWith("]") ? ["[", "]"] : ["{", "}"];
  return {
    summary: `no ${close} before this line`,
    hint: `close the ${open} above, or indent this line further`,
  };
}
