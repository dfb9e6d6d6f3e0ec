import { parseSync } from "rolldown/utils";

/**
 * A comment, or a string in the code; `line` is the number of its first line. If the string is the first argument of a
 * call, `callee` is the name of the called function: `it` for `it("…")` and for `it.each(table)("…")`.
 *
 * @typedef {{ readonly type: "Line" | "Block", readonly text: string, readonly line: number }} Comment
 * @typedef {{ readonly text: string, readonly line: number, readonly callee: string | undefined }} Literal
 */

/**
 * The texts of a source in JavaScript or TypeScript.
 *
 * @typedef {{ readonly comments: readonly Comment[], readonly literals: readonly Literal[] }} Source
 */

/**
 * A node of the syntax tree, with the keys that are read here.
 *
 * @typedef {object} SyntaxNode
 * @property {string} type
 * @property {number} start
 * @property {unknown} [value]
 * @property {{ value: { cooked: string | null } }[]} [quasis]
 * @property {SyntaxNode[]} [arguments]
 * @property {SyntaxNode} [callee]
 * @property {SyntaxNode} [object]
 * @property {SyntaxNode} [tag]
 * @property {string} [name]
 */

/** @type {Map<string, { readonly content: string, readonly source: Source }>} */
const sources = new Map();

/**
 * Returns the texts of a source. They are remembered, so the checks of comments, messages and titles share one
 * parse of each file.
 *
 * @param {string} path
 * @param {string} content
 */
export function sourceOf(path, content) {
  const known = sources.get(path);
  if (known?.content === content) return known.source;
  const source = parse(path, content);
  sources.set(path, { content, source });
  return source;
}

/**
 * Parses a source. Its syntax tree is built for literals only, and not kept.
 *
 * @param {string} path
 * @param {string} content
 * @returns {Source}
 */
function parse(path, content) {
  const text = content.replace(/^#!.*/, "");
  /** @type {ReturnType<typeof parseSync> | undefined} */
  let result = parseSync(path, text);
  const lineAt = lineFinder(text);
  const comments = result.comments.map(({ type, value, start }) => ({
    type,
    text: value,
    line: lineAt(start),
  }));
  /** @type {Literal[] | undefined} */
  let literals;
  return {
    comments,
    get literals() {
      literals ??= literalsBelow(result?.program, lineAt);
      result = undefined;
      return literals;
    },
  };
}

/**
 * Returns a function from a position in the text to the number of its line.
 *
 * @param {string} text
 */
function lineFinder(text) {
  const starts = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
  /** @param {number} position */
  return (position) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** Nodes with strings that are no text: paths of modules, and types. */
const skipped = new Set(["ImportDeclaration", "TSLiteralType"]);

/**
 * Returns the strings and templates below a node; each expression of a template is the word "code".
 *
 * @param {unknown} program
 * @param {(position: number) => number} lineAt
 */
function literalsBelow(program, lineAt) {
  /** @type {Literal[]} */
  const found = [];
  /**
   * Visits a node or a list of nodes.
   *
   * @param {unknown} value
   * @param {string} [callee]
   */
  const visit = (value, callee) => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const each of value) visit(each);
      return;
    }
    const node = /** @type {SyntaxNode} */ (value);
    if (skipped.has(node.type)) return;
    const text = textOf(node);
    if (text !== undefined) found.push({ text, line: lineAt(node.start), callee });
    for (const [key, child] of Object.entries(node)) {
      if (key === "arguments" && node.callee !== undefined) {
        const [first, ...rest] = /** @type {SyntaxNode[]} */ (child);
        visit(first, calleeOf(node.callee));
        visit(rest);
      } else visit(child);
    }
  };
  visit(program);
  return found;
}

/**
 * Returns the text of a string or template; undefined for any other node.
 *
 * @param {SyntaxNode} node
 */
function textOf({ type, value, quasis }) {
  if (type === "Literal" && typeof value === "string") return value;
  if (type === "TemplateLiteral") return quasis?.map((quasi) => quasi.value.cooked ?? "").join("code");
  return undefined;
}

/**
 * Returns the first name of a called expression: `it` for `it.each(table)`.
 *
 * @param {SyntaxNode} callee
 * @returns {string | undefined}
 */
function calleeOf(callee) {
  const inner = callee.callee ?? callee.object ?? callee.tag;
  return inner === undefined ? callee.name : calleeOf(inner);
}
