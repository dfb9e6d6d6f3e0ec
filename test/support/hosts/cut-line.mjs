// A program in the place of ssh, for the key `connect` of a host: cut-line RULES LINE. It runs LINE in sh as a server of ssh
// does: a lost connection ends no program there. RULES is a file with one rule for each of the next connections. Without a
// rule, everything passes.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

/**
 * @typedef {object} CutRule
 * @property {number} [lines] so many lines of the program pass: the next one is cut
 * @property {number} [bytes] so much of that line passes, too
 * @property {string} [before] the first line with this text is cut, in the place of `lines`
 */

const [, , path = "", line = ""] = process.argv;
/** @type {readonly CutRule[]} */
const [rule, ...later] = JSON.parse(readFileSync(path, "utf8"));
writeFileSync(path, JSON.stringify(later));

const child = spawn("sh", ["-c", line], { detached: true, stdio: ["pipe", "pipe", "ignore"] });
child.stdin.on("error", () => {});
process.stdout.on("error", () => process.exit(255));
process.stdin.pipe(child.stdin);

let left = rule?.lines ?? 0;
let text = "";
let isCut = false;
child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ more) => {
  if (isCut) return;
  text += more;
  for (let at = text.indexOf("\n"); at !== -1 && !isCut; at = text.indexOf("\n")) {
    pass(text.slice(0, at + 1));
    text = text.slice(at + 1);
  }
});
child.on("close", (code) => {
  if (!isCut) process.stdout.write(text, () => process.exit(code ?? 255));
});

/**
 * Passes a whole line, or cuts the connection in it.
 *
 * @param {string} whole
 */
function pass(whole) {
  if (rule !== undefined && /^(?:@|fleet-boot)/.test(whole)) {
    const isLast = rule.before === undefined ? left === 0 : whole.includes(rule.before);
    left -= 1;
    if (isLast) {
      isCut = true;
      process.stdout.write(whole.slice(0, rule.bytes ?? 0), () => process.exit(255));
      return;
    }
  }
  process.stdout.write(whole);
}
