// Runs inside the sandbox: reads the arguments and the environment of every process as fast as it can, and the modes of
// the environments on their way to panes, until a file exists. Prints, as JSON, the number of looks and the places of
// the words (from a file, one a line).
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";

const [, , wordsFile = "", stopFile = "", runtimeDir = ""] = process.argv;
const words = readFileSync(wordsFile, "utf8").split("\n").filter(Boolean);
const places = new Set();
const modes = new Set();
let rounds = 0;

while (!existsSync(stopFile)) {
  for (const pid of namesIn("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const unit = unitOf(pid); // before the rest: afterwards it may have ended
    for (const what of ["cmdline", "environ"]) {
      const text = textOf(`/proc/${pid}/${what}`);
      for (const word of words) if (text.includes(word)) places.add(`${word} in ${what} of ${unit}`);
    }
  }
  for (const agent of namesIn(runtimeDir)) modes.add(modeOf(`${runtimeDir}/${agent}/env`));
  if (++rounds === 1) writeFileSync(`${stopFile}.begun`, "");
}
console.log(JSON.stringify({ rounds, places: [...places], modes: [...modes].filter(Boolean) }));

/**
 * Returns the unit of a process.
 *
 * @param {string} pid
 */
function unitOf(pid) {
  const unit = /0::.*\/([^/\n]+\.(?:service|scope))/.exec(textOf(`/proc/${pid}/cgroup`))?.[1];
  return unit ?? `no unit, ${textOf(`/proc/${pid}/comm`).trim()}`;
}

/**
 * Returns the names in a folder; none without a folder.
 *
 * @param {string} folder
 */
function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Returns the text of a file; an empty text without a file.
 *
 * @param {string} path
 */
function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has just ended
  }
}

/**
 * Returns the mode of a file in octal digits; an empty text without a file.
 *
 * @param {string} path
 */
function modeOf(path) {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o777).toString(8).replace(/^0$/, "");
}
