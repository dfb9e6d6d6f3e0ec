import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Returns true for the file names of a package's licence, and of notices that the licence requires.
 *
 * @param {string} name
 */
const isNotice = (name) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(name);

/**
 * Returns the text of THIRD-PARTY-NOTICES.txt: name, version, licence and licence text of each package with a file in
 * `modules` (absolute paths). Throws if a package has no licence text: then nobody may redistribute the bundle.
 *
 * @param {readonly string[]} modules
 */
export async function noticesOf(modules) {
  const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
  const notices = await Promise.all([...folders].map(noticeOf));
  const sorted = notices.sort((one, other) => (one.title < other.title ? -1 : 1));
  const intro = "mosaic-fleet contains the packages below, each under its own licence.";
  return (
    [intro, ...sorted.map(({ title, text }) => `${"-".repeat(80)}\n${title}\n\n${text}`)].join("\n\n") + "\n"
  );
}

/**
 * Returns the folder of a module's package; undefined for a module of this project.
 *
 * @param {string} module
 */
function packageFolder(module) {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(module)?.[0];
}

/**
 * Returns the section of one package.
 *
 * @param {string} folder
 */
async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter(isNotice).sort();
  if (files.length === 0)
    throw new Error(`${name} is bundled, and has no licence file in ${dirname(folder)}`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return { title: `${name} ${version} (${license})`, text: texts.map((text) => text.trim()).join("\n\n") };
}
