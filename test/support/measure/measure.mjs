// Runs inside the sandbox: times the commands that it reads as JSON, { NAME: [ARGV, …], … }, one after the other. Takes
// turns between the names, so a slower machine meets them all, and prints each one's median in ms. With the further
// argument `processor` it is the processor time of the programs and their children, which other work changes little.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const rounds = Number(process.argv[2]);
/** @type {[name: string, commands: [file: string, ...args: string[]][]][]} */
const contenders = Object.entries(JSON.parse(readFileSync(0, "utf8")));
/** @type {Map<string, number[]>} */
const times = new Map(contenders.map(([name]) => [name, []]));

for (let round = -1; round < rounds; round++) {
  for (const [name, commands] of contenders) {
    const began = now();
    for (const [file, ...args] of commands) run(file, args);
    if (round >= 0) times.get(name)?.push(now() - began); // the first one is for warming up
  }
}
console.log(JSON.stringify(Object.fromEntries(Array.from(times, ([name, all]) => [name, median(all)]))));

/** Returns a time in ms: of the clock, or of the processor for all children that have ended (proc(5): cutime, cstime). */
function now() {
  if (process.argv[3] !== "processor") return performance.now();
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

/**
 * Runs a program, and throws unless it succeeds.
 *
 * @param {string} file
 * @param {readonly string[]} args
 */
function run(file, args) {
  const { status, error, stderr } = spawnSync(file, args, { encoding: "utf8" });
  if (status !== 0) throw error ?? new Error(`${file} ${args.join(" ")}: exit ${status}: ${stderr}`);
}

/**
 * Returns the upper median.
 *
 * @param {readonly number[]} numbers
 */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
