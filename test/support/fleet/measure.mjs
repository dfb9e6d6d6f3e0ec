// Runs inside the sandbox: times the commands that it reads as JSON, { NAME: [ARGV, …], … }, one after the other. Takes
// turns between the names, so that a slower machine meets them all, and prints each one's median in ms.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const rounds = Number(process.argv[2]);
const contenders = Object.entries(JSON.parse(readFileSync(0, "utf8")));
const times = Object.fromEntries(contenders.map(([name]) => [name, []]));

for (let round = -1; round < rounds; round++) {
  for (const [name, commands] of contenders) {
    const began = performance.now();
    for (const [file, ...args] of commands) run(file, args);
    if (round >= 0) times[name].push(performance.now() - began); // the first one is for warming up
  }
}
console.log(
  JSON.stringify(Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]))),
);

function run(file, args) {
  const { status, error, stderr } = spawnSync(file, args, { encoding: "utf8" });
  if (status !== 0) throw error ?? new Error(`${file} ${args.join(" ")}: exit ${status}: ${stderr}`);
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
