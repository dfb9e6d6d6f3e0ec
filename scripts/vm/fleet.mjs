import { setTimeout as sleep } from "node:timers/promises";

/** @typedef {import("./machine.mjs").Machine} Machine */

/**
 * The run of an agent's unit.
 *
 * @typedef {{ readonly active: string, readonly pid: number, readonly invocation: string, readonly restarts: number }} UnitRun
 */

/**
 * Writes fleet.yaml and applies it. Throws with the output if that fails.
 *
 * @param {Machine} machine
 * @param {string} text
 */
export async function apply(machine, text) {
  return must(machine, `cat >fleet.yaml <<'END'\n${text}END\nfleet apply --yes --allow-remove-all 2>&1`);
}

/**
 * Runs a script as the account of the fleet, and returns its output. Throws with all of it if the script fails.
 *
 * @param {Machine} machine
 * @param {string} script
 */
export async function must(machine, script) {
  const { code, stdout, stderr } = await machine.ada(script);
  if (code !== 0) throw new Error(`exit status ${code}: ${script}\n${stdout}${stderr}`);
  return stdout;
}

/**
 * Returns the runs of all units of the fleet, by their names without `mosaic-`, `agent@` and `.service`.
 *
 * @param {Machine} machine
 * @returns {Promise<Readonly<Record<string, UnitRun>>>}
 */
export async function unitRuns(machine) {
  const text = await must(
    machine,
    "systemctl --user show -p Id,ActiveState,MainPID,InvocationID,NRestarts 'mosaic-*.service'",
  );
  const blocks = text.trim().split("\n\n");
  return Object.fromEntries(
    blocks.map((block) => {
      const of = Object.fromEntries(block.split("\n").map((line) => line.split(/=(.*)/s)));
      const name = String(of["Id"]).replace(/^mosaic-(?:agent@)?(.*)\.service$/, "$1");
      return [
        name,
        {
          active: String(of["ActiveState"]),
          pid: Number(of["MainPID"]),
          invocation: String(of["InvocationID"]),
          restarts: Number(of["NRestarts"]),
        },
      ];
    }),
  );
}

/**
 * Returns the names whose runs differ between two observations.
 *
 * @param {Readonly<Record<string, UnitRun>>} before
 * @param {Readonly<Record<string, UnitRun>>} after
 */
export function changedRuns(before, after) {
  return Object.keys({ ...before, ...after })
    .filter(
      (name) =>
        before[name]?.invocation !== after[name]?.invocation || before[name]?.pid !== after[name]?.pid,
    )
    .toSorted();
}

/**
 * Polls until a probe returns something other than undefined and false, and returns that. Returns undefined after the time.
 *
 * @template T
 * @param {number} seconds
 * @param {() => Promise<T | undefined | false>} probe
 */
export async function within(seconds, probe) {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(1000)) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
  }
  return undefined;
}
