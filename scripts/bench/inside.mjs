// Runs inside the sandbox: takes all contenders through the life of a fleet, again and again, and prints the medians.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { fleet, floor, peakOfPlan } from "./fleet.mjs";
import { clock } from "./clock.mjs";
import { ansible, manual, pm2, tmuxp } from "./others.mjs";
import { raw } from "./raw.mjs";
import { growthTable, startTable, stepTable } from "./tables.mjs";

/** @typedef {import("./fleet.mjs").Call} Call */
/** @typedef {import("./fleet.mjs").Contender} Contender */
/** @typedef {import("./fleet.mjs").Step} Step */
/** @typedef {(time: import("./clock.mjs").Time) => void} Count */

/** @type {Record<string, { type: "string" }>} */
const options = Object.fromEntries(
  ["sizes", "runs", "only", "up-to"].map((name) => [name, { type: "string" }]),
);
const { values } = parseArgs({ options });
const sizes = (values.sizes ?? "10,100,500,1000").split(",").map(Number);
const runs = Number(values.runs ?? 7);
const only = values.only?.split(",");
/** @type {Record<string, number>} */
const upTo = { manual: 10, pm2: 100, ansible: 10, tmuxp: 100, ...pairs(values["up-to"]) };

mkdirSync("/tmp/given");
spawnSync("tar", ["-C", "/tmp/given", "-x"], { stdio: "inherit" });
const others = [manual, pm2, ansible, tmuxp]
  .filter(({ name }) => only?.includes(name) ?? true)
  .filter(isHere);
const contenders = [fleet, floor, raw, ...others];

/** Agents; larger fleets take minutes, and the smaller ones warm the machine up for them. */
const mostToWarmUp = 100;
const times = clock();
const began = Date.now();
console.log(`${machine()}\n`);
const start = startTimes(Math.max(runs, 15));
/**
 * Returns the others that take part at a size.
 *
 * @param {number} size
 */
const taking = (size) => others.filter(({ name }) => size <= (upTo[name] ?? 0));
for (const size of sizes) for (const each of [fleet, ...taking(size)]) each.prepare?.(size);
// The run before the first is a warm-up. Each run covers all sizes, so a slower machine meets them all.
for (let run = -1; run < runs; run++) {
  for (const size of sizes) if (run >= 0 || size <= mostToWarmUp) measure(size, run);
  process.stderr.write(`bench: run ${run + 1} of ${runs}; ${load()}\n`);
}
const peak = peakOfPlan(Math.max(...sizes));

console.log(stepTable(times, sizes, contenders));
console.log(growthTable(times, sizes, contenders));
console.log(startTable(start));
console.log(`Peak memory (VmHWM) of plan at ${Math.max(...sizes)} agents: ${peak} MB\n`);
for (const { name, note } of contenders) console.log(`${name}: ${note}`);
console.log(`\nMedians of ${runs} runs. Took ${Math.round((Date.now() - began) / 1000)} s; ${load()}.`);

/**
 * Takes all contenders through the life of a fleet, in turns.
 *
 * @param {number} size
 * @param {number} run
 */
function measure(size, run) {
  /**
   * Records a time, except in the warm-up.
   *
   * @type {Count}
   */
  const count = (time) => (run >= 0 ? times.note(time) : undefined);
  const lives = [
    () => shared(size, run, count),
    ...[floor, raw, ...taking(size)].map((each) => () => life(each, size, run, count)),
  ];
  // Each begins once in a while.
  for (const each of rotate(lives, run + 1)) each();
}

/**
 * Measures the fleet's life. The floor's reads and changes are measured on the same units, in turns.
 *
 * @param {number} size
 * @param {number} run
 * @param {Count} count
 */
function shared(size, run, count) {
  timed(fleet, "first apply", size, run, count);
  // The short ones run three times as often, because other load on the machine affects them most.
  for (const step of /** @type {const} */ ([
    "plan",
    "status",
    "plan",
    "status",
    "plan",
    "status",
    "change",
  ])) {
    for (const each of rotate([fleet, floor], run)) timed(each, step, size, run, count);
  }
  for (let again = 0; again < 3; again++) timed(fleet, "restart", size, run, count);
  timed(fleet, "destroy", size, run, count);
}

/**
 * Measures a contender's life by itself.
 *
 * @param {Contender} contender
 * @param {number} size
 * @param {number} run
 * @param {Count} count
 */
function life(contender, size, run, count) {
  /** @type {readonly Step[]} */
  const steps =
    contender === floor
      ? ["first apply", "destroy"]
      : ["first apply", "plan", "status", "change", "restart", "restart", "restart", "destroy"];
  for (const step of steps) timed(contender, step, size, run, count);
}

/**
 * Measures a step, if the contender has it.
 *
 * @param {Contender} contender
 * @param {Step} step
 * @param {number} size
 * @param {number} run
 * @param {Count} count
 */
function timed(contender, step, size, run, count) {
  const work = contender.steps[step]?.(size, run);
  if (work === undefined) return;
  const { before, commands, after } = work;
  before?.();
  const from = performance.now();
  for (const command of commands) perform(command, contender);
  count({ contender: contender.name, step, size, ms: performance.now() - from });
  after?.();
}

/**
 * Runs one call of a contender, and throws unless it succeeds.
 *
 * @param {Call} call
 * @param {Pick<Contender, "name" | "env">} contender
 */
function perform([file, ...args], { name, env = {} }) {
  const ran = spawnSync(file, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  if (ran.status === 0) return;
  throw (
    ran.error ??
    new Error(
      `${name}: ${file} ${args.slice(0, 6).join(" ")}: exit ${ran.status}\n${ran.stderr}${ran.stdout}`,
    )
  );
}

/**
 * Measures node alone, next to the time that `fleet` takes to do next to nothing.
 *
 * @param {number} rounds
 */
function startTimes(rounds) {
  /** @type {Record<string, Call>} */
  const starts = {
    "node -e 0": ["node", "-e", "0"],
    "fleet --version": ["fleet", "--version"],
    "fleet --help": ["fleet", "--help"],
  };
  const found = clock();
  for (let round = -1; round < rounds; round++) {
    for (const [name, command] of rotate(Object.entries(starts), round + 1)) {
      const from = performance.now();
      perform(command, { name });
      if (round >= 0) found.note({ contender: name, step: "start", size: 0, ms: performance.now() - from });
    }
  }
  return Object.keys(starts).map((name) => ({ name, ms: found.median(name, "start", 0) }));
}

/**
 * Returns a list beginning with another item and going round.
 *
 * @template T
 * @param {readonly T[]} list
 * @param {number} by
 */
function rotate(list, by) {
  const at = ((by % list.length) + list.length) % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/**
 * Returns true if a contender is installed, and prints the reason if it is not.
 *
 * @param {Contender} contender
 */
function isHere({ name, missing }) {
  const why = missing?.();
  if (why !== undefined) console.log(`Without ${name}: ${why}.`);
  return why === undefined;
}

function machine() {
  /**
   * Returns the first line that a program prints.
   *
   * @param {Call} call
   */
  const first = ([file, ...args]) => spawnSync(file, args, { encoding: "utf8" }).stdout.split("\n")[0];
  const model = /^model name\s*: (.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "unknown";
  return `${cpus().length} cores (${model}), node ${process.versions.node}, ${first(["systemctl", "--version"])}, ${first(["tmux", "-V"])}; ${load()}`;
}

function load() {
  return `load ${loadavg()
    .slice(0, 2)
    .map((each) => each.toFixed(1))
    .join(" ")}`;
}

/** Reads NAME=N,NAME=N. */
function pairs(text = "") {
  /** @type {Record<string, number>} */
  const found = {};
  for (const pair of text.split(",").filter(Boolean)) {
    const [name = "", number] = pair.split("=");
    found[name] = Number(number);
  }
  return found;
}
