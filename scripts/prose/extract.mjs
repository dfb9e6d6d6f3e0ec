import { parsers as markdown } from "prettier/plugins/markdown";
import { parsers as typescript } from "prettier/plugins/typescript";

/**
 * A paragraph, list item, table cell or block of comments; `line` is the number of its first line.
 *
 * @typedef {{ readonly text: string, readonly line: number }} Piece
 */

/**
 * The part of a node of Markdown that is read here.
 *
 * @typedef {object} Node
 * @property {string} type
 * @property {string} [value]
 * @property {Node[]} [children]
 * @property {{ start: { line: number } }} position
 */

/**
 * A comment as its lines of text. `joins` is true if it goes on in a comment on the next line.
 *
 * @typedef {{ lines: string[], joins: boolean, line: number }} Comment
 */

/**
 * A comment as the parser of TypeScript gives it.
 *
 * @typedef {{ type: string, value: string, loc: { start: { line: number } } }} ScriptComment
 */

/**
 * Returns the prose of a file as pieces `{ text, line }`, one for each paragraph, list item, table cell or block of
 * comments. Code blocks, headings and the first row of a table are left out; inline code becomes the word "code".
 *
 * @param {string} path
 * @param {string} content
 * @returns {Promise<Piece[]>}
 */
export async function proseOf(path, content) {
  if (path.endsWith(".md")) return paragraphs(content, 1);
  if (/\.(?:[cm]?ts|[cm]?js)$/.test(path)) return scriptComments(path, content);
  return hashComments(content);
}

/**
 * Parses Markdown, whose first line has the number `firstLine` in its file.
 *
 * @param {string} content
 * @param {number} firstLine
 */
async function paragraphs(content, firstLine) {
  const root = await markdown.markdown.parse(
    content,
    /** @type {import("prettier").ParserOptions} */ (/** @type {unknown} */ ({})),
  );
  return blocksOf(root).map((block) => ({
    text: textOf(block),
    line: block.position.start.line + firstLine - 1,
  }));
}

const blocks = new Set(["paragraph", "sentence", "tableCell"]);
const skipped = new Set(["code", "heading", "html", "front-matter", "definition"]);

/**
 * Returns the nodes below this one that hold prose.
 *
 * @param {Node} node
 * @returns {Node[]}
 */
function blocksOf(node) {
  if (skipped.has(node.type)) return [];
  if (blocks.has(node.type)) return [node];
  const children = (node.children ?? []).slice(node.type === "table" ? 1 : 0);
  return children.flatMap(blocksOf);
}

/**
 * Returns the text of a node.
 *
 * @param {Node} node
 * @returns {string}
 */
function textOf(node) {
  if (node.type === "inlineCode") return "code";
  if (node.type === "html" || node.type === "image") return " ";
  if (node.type === "break") return "\n";
  return node.value ?? (node.children ?? []).map(textOf).join("");
}

/**
 * Reads the comments of JavaScript and TypeScript.
 *
 * @param {string} path
 * @param {string} content
 */
async function scriptComments(path, content) {
  const text = content.replace(/^#!.*/, "");
  const { comments } = await typescript.typescript.parse(
    text,
    /** @type {import("prettier").ParserOptions} */ (/** @type {unknown} */ ({ filepath: path })),
  );
  const found = comments.map((/** @type {ScriptComment} */ { type, value, loc }) => ({
    lines: type === "Block" ? value.split("\n").map((line) => line.replace(/^\s*\*? ?/, "")) : [value.trim()],
    joins: type === "Line",
    line: loc.start.line,
  }));
  return commentPieces(found);
}

/**
 * Reads the comments of shell scripts, units and YAML: whole lines, and the ends of lines after a space.
 *
 * @param {string} content
 */
function hashComments(content) {
  const found = content.split("\n").flatMap((line, at) => {
    const [, whole, end] = /^\s*#(?!!) ?(.*)$|\s# (.*)$/.exec(line) ?? [];
    const text = whole ?? end;
    if (text === undefined) return [];
    return [{ lines: [text], joins: whole !== undefined, line: at + 1 }];
  });
  return commentPieces(found);
}

/**
 * Joins line comments that follow each other, and reads each block as Markdown.
 *
 * @param {readonly Comment[]} found
 */
async function commentPieces(found) {
  /** @type {Comment[]} */
  const joined = [];
  for (const comment of found) {
    const last = joined.at(-1);
    if (last?.joins && comment.joins && last.line + last.lines.length === comment.line)
      last.lines.push(...comment.lines);
    else joined.push({ ...comment });
  }
  const pieces = await Promise.all(joined.map(({ lines, line }) => paragraphs(lines.join("\n"), line)));
  return pieces.flat();
}
