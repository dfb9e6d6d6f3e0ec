import { parsers as markdown } from "prettier/plugins/markdown";
import { sourceOf } from "./source.mjs";

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
  const found = sourceOf(path, content).comments.map(({ type, text, line }) => ({
    lines: type === "Block" ? text.split("\n").map((each) => each.replace(/^\s*\*? ?/, "")) : [text.trim()],
    joins: type === "Line",
    line,
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
  const pieces = await Promise.all(
    joined.map(
      async ({ lines, line }) => plainParagraphs(lines, line) ?? (await paragraphs(lines.join("\n"), line)),
    ),
  );
  return pieces.flat();
}

/** Signs with a meaning in Markdown, and the beginnings of lists, rules and code blocks. */
const markup = /[`*_#<>|[\]~\\&!]|^\s*(?:[-+=]|\d+[.)]\s)|^ {4}/m;

/**
 * Returns the paragraphs of a comment without Markdown except inline code; undefined for any other comment. This takes
 * a hundredth of the time of the parser of Markdown, and most comments are such text.
 *
 * @param {readonly string[]} lines
 * @param {number} line
 */
function plainParagraphs(lines, line) {
  const plain = lines.map((each) => each.replaceAll(/`[^`]+`/g, "code").trimEnd());
  if (markup.test(plain.join("\n"))) return undefined;
  /** @type {{ text: string, line: number }[]} */
  const found = [];
  for (const [at, text] of plain.entries()) {
    const last = found.at(-1);
    if (text === "") continue;
    if (last !== undefined && plain[at - 1] !== "") last.text += `\n${text.trimStart()}`;
    else found.push({ text: text.trimStart(), line: line + at });
  }
  return found;
}
