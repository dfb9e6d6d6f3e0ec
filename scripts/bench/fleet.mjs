import { spawnSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {readonly [file: string, ...args: string[]]} Call */
/** @typedef {"first apply" | "plan" | "status" | "change" | "restart" | "destroy"} Step */

/**
 * The calls of a step, with the work before and after them that is not measured.
 *
 * @typedef {object} Work
 * @property {() => void} [before]
 * @property {readonly Call[]} commands
 * @property {() => void} [after]
 */

/**
 * A way to run a fleet. `missing` returns the reason if it cannot take part here.
 *
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} note
 * @property {Record<string, string>} [env]
 * @property {() => string | undefined} [missing]
 * @property {(size: number) => void} [prepare]
 * @property {Partial<Record<Step, (size: number, turn: number) => Work>>} steps
 */

/** The command of every agent, for all contenders. */
export const command = "exec sleep 1000000";
const config = join(homedir(), ".config");
/** @type {Call} */
const socket = ["tmux", "-N", "-L", "mosaic-factory"];

/**
 * Returns the names of the agents.
 *
 * @param {number} size
 */
export const namesOf = (size) => Array.from({ length: size }, (_, index) => `agent-${index + 1}`);

/**
 * Returns the unit of an agent.
 *
 * @param {string} name
 */
const unitOf = (name) => `mosaic-agent@${name}.service`;

/**
 * Declares the fleet. The first agent gets another variable each time, so only this agent has changed.
 *
 * @param {number} size
 * @param {string} turn
 */
function declare(size, turn) {
  const agents = namesOf(size).map(
    (name, index) => `  ${name}:${index === 0 ? ` { env: { TURN: "${turn}" } }` : ""}\n`,
  );
  const head = `version: 1\nruntimes: { quiet: { command: ${command} } }\ndefaults: { runtime: quiet, onChange: restart }\n`;
  writeFileSync("fleet.yaml", `${head}agents:\n${agents.join("")}`);
}

/** @type {Contender} */
export const fleet = {
  name: "fleet",
  note: "fleet plan, status, apply --yes and destroy --yes; apply also waits until what it started has come to rest, and looks whether it runs",
  // A machine that is busy with something else is no failure.
  env: { MOSAIC_FLEET_TIMEOUT_FACTOR: "10" },
  prepare(size) {
    declare(size, "rendered");
    run(["fleet", "render", "--out", `/tmp/rendered-${size}`, "-q"]);
  },
  steps: {
    "first apply": (size, turn) => ({
      before: () => declare(size, `${turn} first`),
      commands: [["fleet", "apply", "--yes"]],
      after: () => expectRunning(size),
    }),
    plan: () => ({ commands: [["fleet", "plan"]] }),
    status: () => ({ commands: [["fleet", "status"]] }),
    change: (size, turn) => ({
      before: () => declare(size, `${turn} second`),
      commands: [["fleet", "apply", "--yes"]],
    }),
    restart: () => ({ commands: [["systemctl", "--user", "restart", unitOf("agent-1")]] }),
    destroy: () => ({ commands: [["fleet", "destroy", "--yes"]], after: clear }),
  },
};

/** @type {Call} */
const node = ["node", "-e", "0"];
const format =
  "#{pane_id}|#{pane_pid}|#{pane_dead}|#{session_id}|#{session_attached}|#{window_activity}|#{@mosaic_agent}|#{@mosaic_config}|#{session_name}";
/** @type {Call} */
const units = [
  "systemctl",
  "--user",
  "list-units",
  "--all",
  "--full",
  "--output=json",
  "mosaic-tmux-holder.service",
  "mosaic-agent@*.service",
];
/** @type {readonly Call[]} */
const readings = [
  units,
  [...socket, "display-message", "-p", "#{pid}", ";", "list-panes", "-a", "-F", format],
];

/** @type {Contender} */
export const floor = {
  name: "floor",
  note: "node -e 0 and the systemctl and tmux calls without which it cannot be done, on the same units, each call once for all agents; the files are there already",
  steps: {
    "first apply": (size) => ({
      before: () => cpSync(`/tmp/rendered-${size}`, config, { recursive: true, verbatimSymlinks: true }),
      commands: [
        node,
        units,
        ["systemctl", "--user", "daemon-reload"],
        ["systemctl", "--user", "start", ...namesOf(size).map(unitOf)],
        ...readings,
      ],
      after: () => expectRunning(size),
    }),
    plan: () => ({ commands: [node, ...readings] }),
    status: () => ({ commands: [node, ...readings] }),
    change: () => ({
      commands: [node, ...readings, ["systemctl", "--user", "restart", unitOf("agent-1")], ...readings],
    }),
    destroy: (size) => ({
      commands: [
        node,
        ...readings,
        ["systemctl", "--user", "stop", ...namesOf(size).map(unitOf)],
        ["systemctl", "--user", "stop", "mosaic-tmux-holder.service"],
        ["systemctl", "--user", "daemon-reload"],
      ],
      after: clear,
    }),
  },
};

/**
 * Returns the peak memory of a plan of an unchanged fleet, MB: the most that was resident at any time.
 *
 * @param {number} size
 */
export function peakOfPlan(size) {
  declare(size, "peak");
  run(["fleet", "apply", "--yes", "-q"], fleet.env);
  const hook = fileURLToPath(new URL("peak.cjs", import.meta.url));
  const { stderr } = run(["fleet", "plan"], { NODE_OPTIONS: `--require=${hook}` });
  run(["fleet", "destroy", "--yes", "-q"], fleet.env);
  clear();
  return Math.round(Number(/VmHWM:\s*(\d+) kB/.exec(stderr)?.[1]) / 1024);
}

/**
 * Expects that all agents run. A contender that did less than it should would be the fastest.
 *
 * @param {number} size
 */
export function expectRunning(size) {
  const { stdout } = run([...socket, "list-panes", "-a", "-F", "#{pane_dead}"]);
  const alive = stdout.split("\n").filter((dead) => dead === "0").length;
  if (alive !== size) throw new Error(`${alive} of ${size} agents run`);
}

/** Removes everything, so the next one begins with nothing. */
export function clear() {
  for (const part of ["mosaic", "systemd"]) rmSync(join(config, part), { recursive: true, force: true });
  run(["systemctl", "--user", "daemon-reload"]);
  const left = run(["systemctl", "--user", "list-units", "--no-legend", "--state=active", "mosaic-*"]).stdout;
  if (left !== "") throw new Error(`left over: ${left}`);
}

/**
 * Runs a program, and throws unless it succeeds.
 *
 * @param {Call} call
 * @param {Record<string, string>} [env] - variables besides those of this process
 */
export function run(call, env = {}) {
  const [file, ...args] = call;
  const ran = spawnSync(file, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  if (ran.status !== 0)
    throw ran.error ?? new Error(`${file} ${args.join(" ").slice(0, 80)}: exit ${ran.status}\n${ran.stderr}`);
  return ran;
}
