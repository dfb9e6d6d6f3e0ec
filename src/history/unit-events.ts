import type { UnitMessage } from "./unit-message.ts";

/** The end of a run. */
export interface RunEnd {
  /** systemd's word: `success`, `exit-code`, `signal`, `core-dump`, `oom-kill`, `timeout`, `start-limit-hit`, … */
  readonly result: string;
  readonly exitStatus?: number;
  /** The number of the signal that ended the main process. */
  readonly signal?: number;
}

/** A start or an end in the life of a unit. */
export type UnitChange =
  | {
      readonly kind: "started";
      /**
       * `boot`: the first start since a boot; `restart`: by a restart job; `auto-restart`: by systemd after a failure;
       * `job`: by a start job, for example of `systemctl start` or a dependency.
       */
      readonly how: "boot" | "restart" | "auto-restart" | "job";
      /** Number of automatic restarts. */
      readonly restarts?: number;
      /** The end of the run before an automatic restart. */
      readonly after?: RunEnd;
    }
  | { readonly kind: "stopped" | "ended"; readonly end: RunEnd }
  /** The kill of one of its processes because of no memory. The unit may go on without it. */
  | { readonly kind: "memory-kill" }
  /** A start that was not tried: systemd's word for the reason, such as `dependency`. */
  | { readonly kind: "start-failed"; readonly result: string };

/** An event in the life of a unit. */
export type UnitEvent = UnitChange & {
  readonly unit: string;
  /** ms since the epoch. */
  readonly atMs: number;
};

/** A part of the story of a unit that later messages continue. */
interface UnitState {
  readonly boot?: string;
  readonly exit?: Pick<RunEnd, "exitStatus" | "signal">;
  /** The last kill of one of its processes because of no memory, ms since the epoch. */
  readonly memoryKillMs?: number;
  /** True from the beginning of a stop. */
  readonly isStopping?: boolean;
  /** The restart under way: asked for by a job, or systemd's own. */
  readonly restart?: "job" | "automatic";
  /** Number of the scheduled automatic restart. */
  readonly restarts?: number;
  readonly end?: RunEnd;
}

/** The exit status of a command that SIGKILL has ended. */
const killedStatus = 137;

/** The longest time from the kill of a process to the end of its unit. An earlier kill was of another process. */
const memoryKillToEndMs = 20_000;

/** The stories of units, by their names. */
export type UnitStates = ReadonlyMap<string, UnitState>;

/**
 * Returns the events behind systemd's messages about units, both the oldest first, and the states for the messages after
 * these. Joins the messages of one event: the exit of a process and the failure of its unit, or the steps of a restart.
 * A user manager does not report the end of a run with exit status 0, because that message has the level of debugging.
 * Pure.
 */
export function unitEvents(
  messages: readonly UnitMessage[],
  before: UnitStates = new Map(),
): { readonly events: readonly UnitEvent[]; readonly states: UnitStates } {
  const states = new Map(before);
  const events = messages.flatMap((message) => {
    const { state, event } = nextState(states.get(message.unit) ?? {}, message);
    states.set(message.unit, { ...state, boot: message.boot });
    return event === undefined ? [] : [event];
  });
  return { events, states };
}

interface Next {
  readonly state: UnitState;
  readonly event?: UnitEvent;
}

function nextState(state: UnitState, message: UnitMessage): Next {
  const { unit, atMs, kind } = message;
  switch (kind) {
    case "stopping":
      return { state: { ...state, isStopping: true } };
    case "exited":
      // The processes of ExecStopPost= end, too.
      return message.command === undefined || message.command === "ExecStart"
        ? { state: { ...state, exit: exitOf(message) } }
        : { state };
    case "out-of-memory":
      return { state: { ...state, memoryKillMs: atMs }, event: { unit, atMs, kind: "memory-kill" } };
    case "succeeded":
    case "failed": {
      const end: RunEnd = { result: resultOf(state, message), ...state.exit };
      // The end of the stop follows.
      return state.isStopping === true
        ? { state: { end, isStopping: true } }
        : { state: { end }, event: { unit, atMs, kind: "ended", end } };
    }
    case "stopped":
      // Before a restart of its own, systemd ends the stop of a unit that has failed, but begins none.
      if (state.isStopping !== true)
        return { state: message.jobType === "restart" ? { ...state, restart: "automatic" } : state };
      if (message.jobType === "restart") return { state: { restart: "job" } };
      return { state: {}, event: { unit, atMs, kind: "stopped", end: state.end ?? { result: "success" } } };
    case "restart-scheduled":
      return { state: { ...state, restarts: message.restarts ?? (state.restarts ?? 0) + 1 } };
    case "started":
      return { state: {}, event: startedEvent(state, message) };
    case "start-failed":
      // The failure itself has told the others.
      return message.jobResult === "dependency"
        ? { state, event: { unit, atMs, kind: "start-failed", result: message.jobResult } }
        : { state };
  }
}

function startedEvent({ boot, end, restart, restarts }: UnitState, message: UnitMessage): UnitEvent {
  const { unit, atMs } = message;
  if (boot !== undefined && boot !== message.boot) return { unit, atMs, kind: "started", how: "boot" };
  if (restart === "job") return { unit, atMs, kind: "started", how: "restart" };
  if (restart === undefined && restarts === undefined) return { unit, atMs, kind: "started", how: "job" };
  return {
    unit,
    atMs,
    kind: "started",
    how: "auto-restart",
    ...(restarts === undefined ? {} : { restarts }),
    ...(end === undefined ? {} : { after: end }),
  };
}

function resultOf(
  { end, exit, restarts, memoryKillMs = -Infinity }: UnitState,
  message: UnitMessage,
): string {
  if (message.kind === "succeeded") return "success";
  const found = message.unitResult ?? "exit-code";
  // A restart over the limit starts no process, and systemd repeats the result of the run before (seen with 252).
  if (restarts !== undefined && exit === undefined && found === end?.result) return "start-limit-hit";
  // The main process of an agent is no command: it exits with the status of the command, 137 after SIGKILL.
  const isKilled = found === "signal" || exit?.exitStatus === killedStatus;
  return isKilled && message.atMs - memoryKillMs < memoryKillToEndMs ? "oom-kill" : found;
}

function exitOf({ exitCode, exitStatus }: UnitMessage): Pick<RunEnd, "exitStatus" | "signal"> {
  if (exitStatus === undefined) return {};
  return exitCode === "exited" || exitCode === undefined ? { exitStatus } : { signal: exitStatus };
}
