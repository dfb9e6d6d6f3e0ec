import { runsOf } from "./screen.mjs";

const cell = { width: 8.4, height: 18 };
const margin = 14;
const font =
  "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
const colors = { window: "#0d1117", text: "#e6edf3" };

/** @typedef {import("./screen.mjs").Run} Run */

/**
 * A screen at a time of the recording: its lines, and the column, the row and the visibility of the cursor.
 *
 * @typedef {object} Frame
 * @property {number} ms
 * @property {readonly string[]} lines
 * @property {readonly [x: number, y: number, isShown: number]} cursor
 */

/** @typedef {{ columns: number, rows: number, ms: number, frames: readonly Frame[] }} Recording */

/**
 * Returns an animated SVG of a recording: a strip of all screens, which CSS moves past a window of one screen.
 *
 * @param {Recording} recording
 */
export function animate({ columns, rows, ms, frames }) {
  const width = columns * cell.width + 2 * margin;
  const height = rows * cell.height + 2 * margin;
  const lines = [...new Set(frames.flatMap((frame) => frame.lines))].filter((line) => line.trim() !== "");
  const ids = new Map(lines.map((line, at) => [line, `l${at.toString(36)}`]));
  const end = frames.length - 1;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${height}" width="${round(width)}" height="${height}" role="img" aria-labelledby="title">
<title id="title">fleet.yaml, fleet apply, fleet status, an edit, fleet plan, and an attached agent, on a terminal</title>
<style>
text { font: 14px ${font}; fill: ${colors.text}; white-space: pre; }
.strip { animation: play ${round(ms / 1000)}s step-end infinite; }
@keyframes play {
${frames.map((frame, at) => `${round((100 * frame.ms) / ms)}% { transform: translateY(${top(at, rows)}px); }`).join("\n")}
}
@media (prefers-reduced-motion) { .strip { animation: none; transform: translateY(${top(end, rows)}px); } }
</style>
<defs>
${lines.map((line) => `<g id="${ids.get(line)}">${drawLine(line)}</g>`).join("\n")}
</defs>
<rect width="100%" height="100%" rx="8" fill="${colors.window}"/>
<svg x="${margin}" y="${margin}" width="${round(columns * cell.width)}" height="${rows * cell.height}">
<g class="strip">
${frames.map((frame, at) => drawFrame(frame, at, rows, ids)).join("\n")}
</g>
</svg>
</svg>
`;
}

/**
 * Returns a number with two decimals at most.
 *
 * @param {number} value
 */
const round = (value) => Number(value.toFixed(2));

/**
 * Returns the vertical place of the strip for a frame.
 *
 * @param {number} frame
 * @param {number} rows
 */
const top = (frame, rows) => -frame * rows * cell.height;

/**
 * Draws one screen by its lines, each drawn elsewhere.
 *
 * @param {Frame} frame
 * @param {number} at
 * @param {number} rows
 * @param {ReadonlyMap<string, string>} ids
 */
function drawFrame({ lines, cursor: [x, y, isShown] }, at, rows, ids) {
  const uses = lines.flatMap((line, row) =>
    ids.has(line) ? [`<use href="#${ids.get(line)}" y="${row * cell.height}"/>`] : [],
  );
  if (isShown) uses.push(box({ column: x, columns: 1, y: y * cell.height, color: colors.text }));
  return `<g transform="translate(0 ${-top(at, rows)})">${uses.join("")}</g>`;
}

/**
 * Draws one line: its backgrounds, then its text.
 *
 * @param {string} line
 */
function drawLine(line) {
  const runs = runsOf(line).map((run) => ({
    ...run,
    ...colorsOf(run.style),
    columns: Array.from(run.text).length,
  }));
  const boxes = runs.flatMap((run) => (run.behind ? [box({ ...run, y: 0, color: run.behind })] : []));
  const spans = runs.filter(({ text }) => text.trim() !== "").map(drawRun);
  return `${boxes.join("")}<text y="13">${spans.join("")}</text>`;
}

/**
 * Draws one run. The length is given, so a font of another width does not move the following text.
 *
 * @param {Run & { columns: number, front: string | undefined }} run
 */
function drawRun({ text, column, columns, front, style }) {
  const x = round(column * cell.width);
  const look = [
    front ? ` fill="${front}"` : "",
    style.bold ? ' font-weight="bold"' : "",
    style.dim ? ' opacity="0.65"' : "",
  ].join("");
  return `<tspan x="${x}" textLength="${round(columns * cell.width)}"${look}>${escape(text)}</tspan>`;
}

/**
 * Returns the colours of the text and behind it.
 *
 * @param {Run["style"]} style
 */
function colorsOf({ color, background, reverse }) {
  if (!reverse) return { front: color, behind: background };
  return { front: background ?? colors.window, behind: color ?? colors.text };
}

/**
 * Draws a box in the grid of the terminal.
 *
 * @param {{ column: number, columns: number, y: number, color: string }} place
 */
function box({ column, columns, y, color }) {
  const [x, width] = [round(column * cell.width), round(columns * cell.width)];
  return `<rect x="${x}" y="${y}" width="${width}" height="${cell.height}" fill="${color}"/>`;
}

/**
 * Returns a text with the escapes of XML.
 *
 * @param {string} text
 */
function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
