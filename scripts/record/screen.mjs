/** The colours of a terminal: eight normal ones, then eight bright ones. */
const normal = ["#161b22", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4"];
const bright = ["#6e7681", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff"];
const palette = [...normal, ...bright];

/**
 * The looks of a piece of text.
 *
 * @typedef {object} Style
 * @property {string | undefined} color
 * @property {string | undefined} background
 * @property {boolean} bold
 * @property {boolean} dim
 * @property {boolean} reverse
 */

/** @typedef {{ readonly text: string, readonly column: number, readonly style: Style }} Run */

/** @type {Style} */
const plain = { color: undefined, background: undefined, bold: false, dim: false, reverse: false };

/**
 * Returns the runs of one style in a line with escape sequences for colours.
 *
 * @param {string} line
 */
export function runsOf(line) {
  /** @type {Run[]} */
  const runs = [];
  let style = plain;
  let column = 0;
  // oxlint-disable-next-line no-control-regex
  for (const [, codes, text] of line.matchAll(/(?:\u001b\[([\d;:]*)m)|([^\u001b]+)/g)) {
    if (text === undefined) style = styled(style, (codes ?? "").split(";").map(Number));
    else {
      runs.push({ text, column, style });
      column += Array.from(text).length;
    }
  }
  return runs;
}

/**
 * Returns a style after a sequence of codes.
 *
 * @param {Style} style
 * @param {readonly number[]} codes
 */
function styled(style, codes) {
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? NaN;
    if (code === 38 || code === 48) {
      next = { ...next, [code === 38 ? "color" : "background"]: palette[codes[at + 2] ?? NaN] };
      at += 2;
    } else next = { ...next, ...changeOf(code) };
  }
  return next;
}

/**
 * Returns the change that one code makes.
 *
 * @param {number} code
 * @returns {Partial<Style>}
 */
function changeOf(code) {
  if (code === 0) return plain;
  if (code === 1) return { bold: true };
  if (code === 2) return { dim: true };
  if (code === 7) return { reverse: true };
  if (code === 22) return { bold: false, dim: false };
  if (code === 27) return { reverse: false };
  if (code === 39) return { color: undefined };
  if (code === 49) return { background: undefined };
  if (code >= 30 && code <= 37) return { color: palette[code - 30] };
  if (code >= 40 && code <= 47) return { background: palette[code - 40] };
  if (code >= 90 && code <= 97) return { color: palette[code - 82] };
  return {};
}
