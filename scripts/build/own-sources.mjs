import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Keeps the text of this project's sources in the source maps of a folder, and drops the text of packages: a quarter of
 * all that is published. A stack trace needs only names, lines and columns. rolldown has no option for it, and its
 * plugins cannot remove a text.
 *
 * @param {string} folder
 */
export async function keepOwnSources(folder) {
  const maps = (await readdir(folder)).filter((name) => name.endsWith(".js.map"));
  await Promise.all(
    maps.map(async (name) => {
      const map = JSON.parse(await readFile(join(folder, name), "utf8"));
      await writeFile(join(folder, name), JSON.stringify({ ...map, sourcesContent: ownTexts(map) }));
    }),
  );
}

/**
 * Returns the texts of a source map, with null for each file of a package.
 *
 * @param {{ readonly sources: readonly string[], readonly sourcesContent: readonly string[] }} map
 */
function ownTexts({ sources, sourcesContent }) {
  return sources.map((source, index) => (source.includes("node_modules/") ? null : sourcesContent[index]));
}
