import { decode, encode } from "@jridgewell/sourcemap-codec";

/** @typedef {import("@jridgewell/sourcemap-codec").SourceMapSegment} Segment */

/**
 * A plugin for rolldown that writes every character beyond ASCII as an escape, and moves the columns of the source map
 * accordingly. V8 keeps a text of ASCII in one byte for each character; a single `…` makes it convert the file and keep two.
 *
 * @type {{ name: string, generateBundle: (options: unknown, files: import("rolldown").OutputBundle) => void }}
 */
export const ascii = {
  name: "ascii",
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== "chunk" || !beyond.test(file.code)) continue;
      const lines = file.code.split("\n");
      if (file.map === null) throw new Error(`${file.fileName} has no source map`);
      const mappings = decode(file.map.mappings).map((segments, line) => moved(segments, lines[line] ?? ""));
      file.map = { ...file.map, mappings: encode(mappings) };
      file.code = escaped(file.code);
    }
  },
};

const beyond = /[^\0-\x7f]/;

/**
 * Returns the text with escapes, which mean the same in strings, templates and regular expressions. Throws for a raw
 * template and for an escaped character, because there they do not.
 *
 * @param {string} text
 */
export function escaped(text) {
  const other = /\bString\.raw`[^`]*[^\0-\x7f]|\\[^\0-\x7f]/.exec(text);
  if (other !== null) throw new Error(`${JSON.stringify(other[0])} cannot be written in ASCII`);
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Returns the segments of a line of a source map with the columns of the escaped line.
 *
 * @param {readonly Segment[]} segments
 * @param {string} line
 * @returns {Segment[]}
 */
export function moved(segments, line) {
  const places = [...line.matchAll(/[^\0-\x7f]/g)].map(({ index }) => index);
  let passed = 0;
  return segments.map((segment) => {
    while ((places[passed] ?? Infinity) < segment[0]) passed += 1;
    /** @type {Segment} */
    const copy = [...segment];
    copy[0] += passed * ("\\u0000".length - 1);
    return copy;
  });
}
