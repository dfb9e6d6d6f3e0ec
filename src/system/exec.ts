import type { Command, CommandOutcome, CommandShell } from "./command.ts";
import type { Machine } from "../machine/machine.ts";
import { handedLocks } from "./child/handed-locks.ts";
import { readCommand } from "./child/read-command.ts";

/**
 * The one port of the drivers for commands. A command ends as soon as `abort` fires, and counts as `killed`
 * then.
 */
export type Exec = (command: Command, abort?: AbortSignal) => Promise<CommandOutcome>;

/** A callback after each command, for `-v` and for tests that count. */
export type ExecListener = (command: Command, outcome: CommandOutcome, durationMs: number) => void;

/**
 * Variables of terminals and agents with an effect on the output of systemctl and tmux, or on their server.
 */
const cleared = ["TMUX", "TMUX_PANE", "TMUX_TMPDIR", "SYSTEMD_COLORS", "SYSTEMD_PAGER", "SYSTEMD_LESS"];

/** The variables by which a hook of git works on another repository: git rev-parse --local-env-vars, and two more. */
const clearedOfGit = [
  "GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_CONFIG GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT GIT_OBJECT_DIRECTORY GIT_DIR",
  "GIT_WORK_TREE GIT_IMPLICIT_WORK_TREE GIT_GRAFT_FILE GIT_INDEX_FILE GIT_NO_REPLACE_OBJECTS GIT_REPLACE_REF_BASE",
  "GIT_PREFIX GIT_SHALLOW_FILE GIT_COMMON_DIR GIT_NAMESPACE GIT_LITERAL_PATHSPECS",
];

/**
 * Returns a port that runs commands on this machine, in the C.UTF-8 locale and the root folder, and reports
 * each to `listener`. Always sets XDG_RUNTIME_DIR: cron and su leave it out, and systemctl then finds no user
 * manager.
 *
 * execa runs every command except the two calls of a look, and is loaded by the first one.
 */
export function localExec(machine: Machine, listener?: ExecListener): Exec {
  const env = childEnvironment(machine);
  const factor = timeoutFactor(process.env);
  return async (given, abort) => {
    const command = { ...given, timeoutMs: given.timeoutMs * factor };
    const began = process.hrtime();
    const whole = command.env === undefined ? env : { ...env, ...command.env };
    const { shell } = command;
    const mayUseShell = shell?.mayRun(command) === true && abort === undefined;
    const byShell: CommandShell["run"] | undefined = mayUseShell
      ? (...call) => shell.run(...call)
      : undefined;
    const run =
      byShell ?? (command.isLook ? readCommand : (await import("./child/run-command.ts")).runCommand);
    const outcome = await run(command, whole, abort, command.keepsLock === true ? handedLocks() : []);
    // Not performance.now(): the first use of it loads seven modules of node, 1 % of a plan of 100 agents.
    const [seconds, nanoseconds] = process.hrtime(began);
    listener?.(command, outcome, seconds * 1e3 + nanoseconds / 1e6);
    return outcome;
  };
}

/** Returns the environment of every command. */
export function childEnvironment(machine: Pick<Machine, "runtimeDir">): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: "C.UTF-8", XDG_RUNTIME_DIR: machine.runtimeDir };
  for (const name of [...cleared, ...clearedOfGit.flatMap((names) => names.split(" "))]) delete env[name];
  return env;
}

/** Returns MOSAIC_FLEET_TIMEOUT_FACTOR, a factor for all timeouts: 1 unless it is a positive number. */
export function timeoutFactor(env: NodeJS.ProcessEnv): number {
  const factor = Number(env["MOSAIC_FLEET_TIMEOUT_FACTOR"]);
  return factor > 0 && Number.isFinite(factor) ? factor : 1;
}
