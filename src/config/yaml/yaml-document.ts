import { Composer, Document, Lexer, Parser, YAMLParseError, type CST, type ErrorCode } from "yaml";

/**
 * Limit for the words, signs and line breaks of a fleet.yaml: 8,600 agents with a command each need as many. The time to
 * read them is linear. The slowest texts, with an error in every word, take a second of a processor and 150 MB, and less
 * than two seconds on a busy machine (test/config/limits.test.ts).
 */
const maxTokens = 200_000;

/** fleet.yaml needs 5; deep recursion exhausts the stack. */
const maxDepth = 50;

/** Limit for the shown errors of one text: more would not help. */
export const maxErrors = 100;

/** The library's own code for an abandoned text. */
const unreadCode: ErrorCode = "RESOURCE_EXHAUSTION";

/**
 * Parses YAML as the library's parseDocument does, but within limits of time and memory, and without its
 * check for duplicate keys, which compares each key with every other. See isAbandoned for an abandoned text. `words` is the
 * limit of its words, signs and line breaks.
 */
export function readDocument(text: string, words = maxTokens): Document {
  const unusable = /\0|\r(?!\n)/.exec(text);
  if (unusable !== null) {
    return unreadDocument(unusable.index, unusable[0] === "\0" ? "NUL character" : "lone carriage return");
  }
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maxDepth) return unreadDocument(parser.offset - lexeme.length, "too deep");
    if (++count > words) return unreadDocument(parser.offset - lexeme.length, "too large");
  }
  tokens.push(...parser.end());
  const document = compose(withFewErrors(tokens), text.length);
  left.set(document, words - count);
  return document;
}

/** The rest of the limit after each document. */
const left = new WeakMap<Document, number>();

/** Returns the limit for the words of the next file, after those of a document and of the files before it. */
export function wordsLeft(document: Document): number {
  return left.get(document) ?? 0;
}

/**
 * Returns true if the text exceeds a limit, or has characters outside YAML: then the document has one error
 * and no content.
 */
export function isAbandoned(document: Document): boolean {
  return document.errors.some(({ code }) => code === unreadCode);
}

function unreadDocument(offset: number, message: string): Document {
  const document = new Document();
  document.errors.push(new YAMLParseError([offset, offset + 1], unreadCode, message));
  return document;
}

/** Limits the error tokens: each sign outside of any document is one. */
function withFewErrors(tokens: readonly CST.Token[]): readonly CST.Token[] {
  let errors = 0;
  return tokens.filter(({ type }) => type !== "error" || ++errors <= maxErrors);
}

function compose(tokens: readonly CST.Token[], length: number): Document {
  const composer = new Composer({
    merge: true,
    prettyErrors: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
    logLevel: "error",
  });
  const document = withoutStackTraces(() => onlyDocument(composer, tokens, length)) ?? new Document();
  document.errors.splice(maxErrors);
  document.warnings.splice(maxErrors);
  return document;
}

/** Returns the first document of a text, with an error if there are more; undefined if there is none. */
function onlyDocument(
  composer: Composer,
  tokens: readonly CST.Token[],
  length: number,
): Document | undefined {
  let document: Document | undefined;
  for (const next of composer.compose(tokens, true, length)) {
    if (document !== undefined) {
      const [start, end] = next.range;
      document.errors.push(new YAMLParseError([start, end], "MULTIPLE_DOCS", "a second document"));
      break;
    }
    document = next;
  }
  return document;
}

/**
 * Runs synchronous work whose errors need no stack traces. The library makes an error of every wrong word before any
 * limit counts them, and the traces take two thirds of the time and half of the memory of a text of nothing else.
 */
function withoutStackTraces<T>(work: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = before;
  }
}
