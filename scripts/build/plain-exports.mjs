import { decode, encode } from "@jridgewell/sourcemap-codec";

/**
 * A plugin for rolldown that writes the exports of a chunk as assignments. rolldown writes a getter for each, because an
 * export may change later; none of ours does. The 413 getters of a plan took 1 ms of its 60 (processor time), and each use
 * of an export was a call.
 *
 * @type {{ name: string, generateBundle: (options: unknown, files: import("rolldown").OutputBundle) => void }}
 */
export const plainExports = {
  name: "plain-exports",
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== "chunk") continue;
      const { code, from } = withPlainExports(file.code);
      if (from === undefined) continue;
      if (file.map === null) throw new Error(`${file.fileName} has no source map`);
      const line = file.code.slice(0, from).split("\n").length - 1;
      const column = from - (file.code.lastIndexOf("\n", from - 1) + 1);
      const mappings = decode(file.map.mappings).map((segments, at) =>
        at < line ? segments : segments.filter(([start]) => at === line && start <= column),
      );
      file.map = { ...file.map, mappings: encode(mappings) };
      file.code = code;
    }
  },
};

// A value is a name, a number or a text.
const getter =
  /Object\.defineProperty\(exports,"([\w$]+)",\{enumerable:!0,get:function\(\)\{return ?([\w$]+|`[^`\\]*`)\}\}\)/g;
const ending = /^(?:exports\.[\w$]+=(?:[\w$]+|`[^`\\]*`)[,;])+\s*(?:\/\/# .*\n?)?$/;

/**
 * Returns the code of a chunk with assignments instead of getters, and the place of the first of them, if there is one. They
 * are the last statement of a chunk, so every value is there. Throws if a getter is elsewhere.
 *
 * @param {string} code
 * @returns {{ readonly code: string, readonly from?: number }}
 */
export function withPlainExports(code) {
  const from = code.search(getter);
  if (from === -1) return { code };
  const end = code.slice(from).replaceAll(getter, (_whole, name, value) => `exports.${name}=${value}`);
  if (!ending.test(end)) throw new Error(`the exports are not the end of the chunk: ${code.slice(from)}`);
  return { code: code.slice(0, from) + end, from };
}
