import { parse as parseYaml } from "yaml";
import { sourceOf } from "./source.mjs";

/**
 * A text for people in a file; `line` is the number of its first line.
 *
 * @typedef {{ readonly text: string, readonly line: number }} Message
 */

/** The commands of shell scripts that print, and the functions of ours that print their last argument. */
const speaking = /(?:^|[\s;{(&|])(?:echo|printf|say|refuse|show|tell_background)\s/;

/**
 * Returns the texts for people in a file: strings of scripts, printed strings of shell scripts, and descriptions of
 * units, of the action and of the package. Names, paths and keys are left out, because they have fewer words.
 *
 * @param {string} path
 * @param {string} content
 * @returns {readonly Message[]}
 */
export function messagesOf(path, content) {
  return textsOf(path, content).filter(({ text }) => isMessage(text));
}

/**
 * Returns true for a text with the length of a message.
 *
 * @param {string} text
 */
const isMessage = (text) => (text.match(/[\p{L}'’-]+/gu)?.length ?? 0) >= 4 && !/^\.{1,2}\//.test(text);

/**
 * Returns all texts of a file that may be for people.
 *
 * @param {string} path
 * @param {string} content
 * @returns {readonly Message[]}
 */
function textsOf(path, content) {
  if (/\.[cm]?[jt]s$/.test(path)) return sourceOf(path, content).literals;
  if (path.endsWith(".json")) return [{ text: String(JSON.parse(content).description), line: 1 }];
  if (/\.ya?ml$/.test(path)) return descriptionsIn(parseYaml(content));
  return content
    .split("\n")
    .flatMap((text, at) => textsInLine(text).map((each) => ({ text: each, line: at + 1 })));
}

/**
 * Returns the values of all keys `description` below a value.
 *
 * @param {unknown} value
 * @returns {readonly Message[]}
 */
function descriptionsIn(value) {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === "description" && typeof child === "string" ? [{ text: child, line: 1 }] : descriptionsIn(child),
  );
}

/**
 * Returns the description of a unit, or the strings that a line of a shell script prints. Each variable is the word
 * "code".
 *
 * @param {string} line
 * @returns {readonly string[]}
 */
function textsInLine(line) {
  const [, description] = /^Description=(.*)$/.exec(line) ?? [];
  if (description !== undefined) return [description];
  if (/^\s*#/.test(line) || !speaking.test(line)) return [];
  const strings = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g)].map(
    ([, double, single]) => double ?? single,
  );
  return strings.map((text) => (text ?? "").replaceAll(/\$(?:\w+|\{[^}]*\}|\([^)]*\)|[@*#?!])/g, "code"));
}
