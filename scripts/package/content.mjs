import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * A packed package: the path of its archive, its sizes in bytes, and its files.
 *
 * @typedef {{ readonly path: string, readonly size: number, readonly unpackedSize: number,
 *   readonly files: readonly string[] }} Packed
 */

/** Limits of the package, bytes: a tenth above its sizes. */
const limits = { size: 4_500_000, unpackedSize: 13_900_000 };

/** The files without which the package is incomplete. */
const needed = [
  "LICENSE",
  "README.md",
  "CHANGELOG.md",
  "package.json",
  "fleet.schema.json",
  "fleet.example.yaml",
  "dist/cli.js",
  "dist/remote.tgz",
  "dist/cli.js.map",
  "dist/THIRD-PARTY-NOTICES.txt",
  "dist/man/fleet.1",
  "dist/web/index.html",
  "docs/README.md",
  "units/start-agent-session.sh",
];

/** Files that never belong into the package: sources, tests, and the compiled code of one V8. */
const unwanted = /^(src|test|scripts|web|node_modules|ci)\/|^dist\/compiled-|^[^/]*\.tgz$/;

/**
 * Packs the package into a folder, with a build of its own, as `npm publish` does, or with dist/ as it is.
 *
 * @param {string} folder
 * @param {boolean} [isBuilt]
 * @returns {Promise<Packed>}
 */
export async function pack(folder, isBuilt = false) {
  const flags = ["--json", "--silent", ...(isBuilt ? ["--ignore-scripts"] : [])];
  const { stdout } = await run("npm", ["pack", ...flags, `--pack-destination=${folder}`], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const printed = JSON.parse(stdout.slice(stdout.indexOf("[")));
  const [{ filename, size, unpackedSize, files }] = printed;
  const paths = files.map((/** @type {{ path: string }} */ file) => file.path);
  return { path: join(folder, filename), size, unpackedSize, files: paths };
}

/**
 * Checks the files and sizes of the package, and that each relative link of its pages leads to a file in it.
 *
 * @param {Packed} packed
 */
export async function checkContent(packed) {
  const files = new Set(packed.files);
  const faults = [
    ...needed.filter((path) => !files.has(path)).map((path) => `${path} is missing`),
    ...packed.files.filter((path) => unwanted.test(path)).map((path) => `${path} does not belong there`),
    ...Object.entries(limits)
      .map(([name, limit]) => ({ name, limit, is: packed[/** @type {keyof typeof limits} */ (name)] }))
      .filter(({ is, limit }) => is > limit)
      .map(({ name, is, limit }) => `${name} is ${is}, more than ${limit}`),
    ...(await Promise.all(packed.files.filter((path) => path.endsWith(".md")).map(deadLinks(files)))).flat(),
  ];
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  return `${files.size} files, ${megabytes(packed.size)} packed, ${megabytes(packed.unpackedSize)} unpacked`;
}

/**
 * Returns a function that lists the relative links of a page that lead to no file of the package.
 *
 * @param {ReadonlySet<string>} files
 * @returns {(page: string) => Promise<readonly string[]>}
 */
function deadLinks(files) {
  return async (page) => {
    const text = (await readFile(page, "utf8")).replace(/```[\s\S]*?```/g, "");
    return [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)[^)]*\)/g)]
      .map((match) => match[1] ?? "")
      .filter((link) => !isThere(files, posix.join(dirname(page), link)))
      .map((link) => `${page} links to ${link}, which is not in the package`);
  };
}

/**
 * Tells if a path is a file or a folder of the package.
 *
 * @param {ReadonlySet<string>} files
 * @param {string} path
 */
function isThere(files, path) {
  return files.has(path) || [...files].some((file) => file.startsWith(`${path.replace(/\/$/, "")}/`));
}
