import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * File names under which packages keep their licence, and notices that it requires to be passed on.
 *
 * @param {string} name
 */
const isNotice = (name) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(name);

/**
 * Returns the text of THIRD-PARTY-NOTICES.txt: name, version, licence and licence text of each package that has a file in
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
 * Returns the folder of the package that a module is in; undefined for a module of this project.
 *
 * @param {string} module
 */
function packageFolder(module) {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(module)?.[0];
}

/** @param {string} folder */
async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter(isNotice).sort();
  if (files.length === 0)
    throw new Error(`${name} is bundled, and has no licence file in ${dirname(folder)}`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return { title: `${name} ${version} (${license})`, text: texts.map((text) => text.trim()).join("\n\n") };
}
