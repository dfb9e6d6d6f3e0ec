// npm run prose: measures the English of the documentation and of the comments. Without paths it prints one line for each
// tree of the repository; with paths it measures these files and folders, and lists the sentences to rewrite.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { proseOf } from "./prose/extract.mjs";
import { sentencesOf, summarize } from "./prose/sentences.mjs";
import { readArguments } from "./read-arguments.mjs";

const usage = `usage: npm run prose [-- [--check] [--json] [PATH...]]

  --check   exit with 1 if a tree is over a limit
  --json    print everything as one JSON object`;

/** @typedef {import("./prose/sentences.mjs").Summary} Summary */
/** @typedef {import("./prose/sentences.mjs").Sentence & { readonly file: string }} Offender */
/** @typedef {{ readonly name: string } & Pick<Summary, keyof typeof limits> & Partial<Summary>} Tree */

/** The highest allowed values of a tree; the reasons are in CONTRIBUTING.md. */
const limits = { turned: 3, relative: 2, long: 10, wordsEach: 18, old: 0 };
const measures = /** @type {const} */ (["turned", "relative", "long", "wordsEach", "old"]);

/** @type {Record<string, string[]>} */
const trees = {
  docs: ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "fleet.example.yaml"],
  src: ["src"],
  units: ["units"],
  scripts: ["scripts", "ci", ".ci", "action.yml"],
  test: ["test"],
};

const kinds = /\.(?:md|[cm]?ts|[cm]?js|sh|service|ya?ml)$|\.ci\/run$/;

const { values, positionals } = readArguments(usage, read);
const given = Object.fromEntries(positionals.map((path) => [path, [path]]));
const measured = await Promise.all(Object.entries(positionals.length > 0 ? given : trees).map(measureTree));
if (values.json) console.log(JSON.stringify({ limits, trees: measured }));
else print();
if (values.check && measured.some((tree) => overLimits(tree).length > 0)) process.exitCode = 1;

function read() {
  const options = /** @type {const} */ ({ check: { type: "boolean" }, json: { type: "boolean" } });
  const parsed = parseArgs({ options, allowPositionals: true });
  for (const path of parsed.positionals) statSync(path);
  return parsed;
}

/**
 * Measures all files of a tree.
 *
 * @param {[name: string, paths: readonly string[]]} tree
 */
async function measureTree([name, paths]) {
  const files = paths.flatMap(filesBelow);
  const sentences = await Promise.all(files.map(sentencesOfFile));
  return { name, ...summarize(sentences.flat()), offenders: sentences.flat().filter(isOffender) };
}

/**
 * Returns the measurable files of a folder, or the file itself.
 *
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((name) => join(path, name))
    .filter((file) => kinds.test(file))
    .toSorted();
}

/**
 * Returns the measured sentences of a file.
 *
 * @param {string} file
 */
async function sentencesOfFile(file) {
  const pieces = await proseOf(file, readFileSync(file, "utf8"));
  return pieces.flatMap(sentencesOf).map((sentence) => ({ file: relative("", file), ...sentence }));
}

/**
 * Returns true for a sentence to be listed. Three relative words in one sentence count too, because they add up in the
 * sum.
 *
 * @param {Offender} sentence
 */
function isOffender(sentence) {
  return sentence.faults.length > 0 || sentence.relative > 2;
}

/**
 * Returns the names of the limits that a tree is over.
 *
 * @param {Tree} tree
 */
function overLimits(tree) {
  return measures.filter((name) => tree[name] > limits[name]);
}

function print() {
  if (positionals.length > 0) for (const { offenders } of measured) offenders.forEach(printOffender);
  const width = Math.max(...measured.map(({ name }) => name.length), 5);
  console.log(
    `${"".padEnd(width)}  sentences  words each  relative/100  turned %  over 30 words %  old words`,
  );
  for (const tree of [...measured, { name: "limit", ...limits }])
    console.log(`${tree.name.padEnd(width)}  ${row(tree)}`);
}

/**
 * Returns the figures of a tree, or of the limits, in columns.
 *
 * @param {Tree} tree
 */
function row(tree) {
  const { sentences = "", wordsEach, relative: per100, turned, long, old } = tree;
  /**
   * Returns a value at the right of its column.
   *
   * @param {string | number} value
   * @param {number} width
   */
  const cell = (value, width) => String(value).padStart(width);
  const columns = [cell(sentences, 9), cell(wordsEach.toFixed(1), 10), cell(per100.toFixed(1), 12)];
  const marks =
    tree.name in limits
      ? ""
      : overLimits(tree)
          .map((name) => ` ${name}`)
          .join("");
  columns.push(cell(turned.toFixed(1), 8), cell(long.toFixed(1), 15), cell(old, 9));
  return columns.join("  ") + (marks && `  over:${marks}`);
}

/**
 * Prints a sentence to rewrite, with its place and its faults.
 *
 * @param {Offender} offender
 */
function printOffender({ file, line, faults, relative: relatives, text }) {
  const labels = relatives > 2 ? [...faults, `${relatives} relative`] : faults;
  console.log(`${file}:${line}: ${labels.join(", ")}: ${text}`);
}
