import type { ErrorCode, YAMLError } from "yaml";
import type { LocatedProblem } from "./located-problem.ts";

interface Words {
  /** Instead of the library's message. */
  readonly summary?: string;
  readonly detail?: string;
  readonly hint?: string;
}

const syntaxWords: Readonly<Partial<Record<ErrorCode, Words>>> = {
  BAD_DQ_ESCAPE: {
    summary: "a backslash in double quotes that stands for nothing",
    hint: "write \\\\ for a backslash in double quotes, or use single quotes",
  },
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
    hint: "indent with spaces: YAML does not allow tabs there",
  },
  TAG_RESOLVE_FAILED: {
    detail: "fleet.yaml uses no tags: strings, numbers, lists and maps are recognized without them.",
    hint: "remove the tag, or put the value in quotes",
  },
  UNEXPECTED_TOKEN: { hint: "put the value in quotes if this character belongs to it" },
};

/** Returns our words for an error of the YAML library, without its place. */
export function explainSyntax({
  code,
  message,
}: Pick<YAMLError, "code" | "message">): Omit<LocatedProblem, "span"> {
  const own = specialWords.find(({ pattern }) => pattern.test(message))?.words(message) ?? syntaxWords[code];
  return {
    code: "yaml-syntax",
    summary: own?.summary ?? `${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    detail: own?.detail,
    hint: own?.hint,
  };
}

/** Messages with more information than their code. */
const specialWords: readonly { readonly pattern: RegExp; readonly words: (message: string) => Words }[] = [
  {
    pattern: /^too deep$/,
    words: () => ({
      summary: "too many levels, one within the other",
      detail: "The rest of the file was not read: fleet.yaml needs five levels.",
      hint: "look for unintended brackets or dashes; put the value in quotes",
    }),
  },
  {
    pattern: /^too large$/,
    words: () => ({
      summary: "more than one fleet.yaml may contain",
      detail:
        "Reading stopped after 200,000 words, signs and line breaks; 1,000 agents with ten keys each have a quarter of that.",
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
  {
    pattern: /^A block sequence may not be used as an implicit map key/,
    words: () => ({
      summary: "a list item between the keys of a map",
      hint: "remove the dash, and write KEY: VALUE",
    }),
  },
  { pattern: /^Flow /, words: unclosed },
  {
    pattern: /^Unexpected block-seq-ind|block-seq-ind on same line/i,
    words: () => ({
      summary: "a list that begins in the line of its key",
      hint: "begin the list in the next line, or write it in brackets: [a, b]",
    }),
  },
  {
    pattern: /^Plain value cannot start with /,
    words: (message) => ({
      summary: message.includes("tab")
        ? "a value that begins with a tab"
        : `a value that begins with ${message.trim().at(-1)}`,
      detail: "YAML reserves this character at the beginning of a value.",
      hint: "put the value in quotes",
    }),
  },
  {
    pattern: /^Implicit map keys need to be followed by map values/,
    words: () => ({ summary: "a line without a colon", hint: "write KEY: VALUE" }),
  },
  {
    pattern: /^Missing space after :/,
    words: () => ({ summary: "no space after a colon", hint: "put a space after the colon" }),
  },
  {
    pattern: /^Comments must be separated/,
    words: () => ({
      summary: "a # directly after a value",
      hint: "put a space before a comment, or put the value in quotes if the # belongs to it",
    }),
  },
  {
    pattern: /^(?:Sequence item without - indicator|All sequence items must start at the same column)/,
    words: () => ({
      summary: "a line that does not belong to the list above it",
      hint: "begin each item with a dash and a space, in the same column",
    }),
  },
  {
    pattern: /^Missing , (?:or : )?between /,
    words: () => ({ summary: "no comma between two entries", hint: "put a comma between them" }),
  },
  {
    pattern: /^Unexpected (?:,|empty item) in /,
    words: () => ({ summary: "a comma without an entry before it", hint: "remove the comma" }),
  },
  {
    pattern: /^(?:Block scalar header includes extra characters|Not a YAML token)/i,
    words: () => ({
      summary: "text in the line of | or >",
      hint: "begin the text in the next line, indented; or put the value in quotes",
    }),
  },
  {
    pattern: /^Block collections? (?:cannot start|are not allowed)/,
    words: () => ({
      summary: "indented lines inside of { } or [ ]",
      hint: "write the entries with commas, or the whole without the brackets",
    }),
  },
  {
    pattern: /^The : indicator must be at most 1024 chars/,
    words: () => ({
      summary: "a key of more than 1,024 characters",
      hint: "put the text in quotes if it is a value",
    }),
  },
  {
    pattern:
      /^(?:A node can have at most one (?:anchor|tag)|Anchors and tags must be|Tags and anchors must be|Anchor |Alias |An alias )/,
    words: () => ({
      summary: "an anchor, alias or tag in a wrong place",
      hint: "put the value in quotes if it begins with &, * or !",
    }),
  },
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

/** Explains a line that should have closed `{` or `[`: it has the code of bad indentation. */
function unclosed(message: string): Words {
  const [open, close] = message.endsWith("]") ? ["[", "]"] : ["{", "}"];
  return {
    summary: `no ${close} before this line`,
    hint: `close the ${open} above, or indent this line further`,
  };
}
