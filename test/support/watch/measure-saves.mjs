// Runs inside the sandbox, next to a fleet.yaml in which `TURN: …` of one agent changes again and again. Measures the
// time from the save until the new start of that agent, by a running watch, and by `fleet apply --yes` right after the
// save. Takes turns between the two; the watch is stopped (SIGSTOP) while the other works. Prints both lists of times,
// ms.
import { spawn } from "node:child_process";
import { readFileSync, renameSync, statSync, watch, writeFileSync } from "node:fs";
import { once } from "node:events";

const [agent, watchPid, watchLog = "", rounds] = process.argv.slice(2);
const runtime = `${process.env.XDG_RUNTIME_DIR}/mosaic-agent/${agent}`;
/** The log of the watch at the last look, a character for each byte. */
let log = "";
/** @type {{ watch: number[], apply: number[] }} */
const times = { watch: [], apply: [] };

for (let round = 0; round < Number(rounds); round++) {
  const applied = eventsIn("applied");
  times.watch.push(await startedAfter(() => save(`watch-${round}`)));
  await until(() => eventsIn("applied") > applied);
  await settled();

  process.kill(Number(watchPid), "SIGSTOP");
  /** @type {Promise<unknown> | undefined} */
  let ended;
  const ms = await startedAfter(() => {
    save(`apply-${round}`);
    ended = once(spawn("fleet", ["apply", "--yes"], { stdio: "ignore" }), "exit");
  });
  times.apply.push(ms);
  await ended;
  process.kill(Number(watchPid), "SIGCONT");
  await settled();
}
console.log(JSON.stringify(times));

/**
 * Saves the file with another turn.
 *
 * @param {string} turn
 */
function save(turn) {
  writeFileSync("fleet.yaml.new", readFileSync("fleet.yaml", "utf8").replace(/TURN: .*/, `TURN: ${turn}`));
  renameSync("fleet.yaml.new", "fleet.yaml");
}

/**
 * Returns the time until the start after `act`: the start script writes the new main process last of all.
 *
 * @param {() => void} act
 * @returns {Promise<number>}
 */
function startedAfter(act) {
  const before = readFileSync(`${runtime}/pid`, "utf8");
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${agent} was not started anew within 30 s`)), 30_000);
    const watcher = watch(runtime, () => {
      const now = readFileSync(`${runtime}/pid`, { encoding: "utf8", flag: "a+" });
      if (now === "" || now === before) return;
      const ms = performance.now() - began;
      clearTimeout(timer);
      watcher.close();
      resolve(ms);
    });
    const began = performance.now();
    act();
  });
}

/** Asks the watch for one more look, and waits until it says that everything is in line. */
async function settled() {
  const before = eventsIn("in-line");
  process.kill(Number(watchPid), "SIGHUP");
  await until(() => eventsIn("in-line") > before);
}

/**
 * Counts the events of a kind in the log of the watch. Reads it only if it has grown.
 *
 * @param {string} kind
 */
function eventsIn(kind) {
  const { size } = statSync(watchLog);
  if (size > log.length) log = readFileSync(watchLog, "latin1");
  return log.split(`"event":"${kind}"`).length - 1;
}

/**
 * Waits until a probe holds.
 *
 * @param {() => boolean} probe
 */
async function until(probe) {
  for (const deadline = performance.now() + 30_000; !probe();) {
    if (performance.now() > deadline) throw new Error("gave up waiting for the watch");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
