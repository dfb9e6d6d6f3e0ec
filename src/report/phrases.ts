import type { GroupHalt, UnitWait, SilentWork } from "../observed/types.ts";
import type { Suspension } from "../desired/marks/suspension.ts";
import type { AtStake } from "../plan/agent-plan.ts";
import type { FileChange } from "../plan/types.ts";
import { count } from "../text/counting.ts";

/** The line about a fleet without agents. */
export const noAgentsText = "No agents.";

/** The names of the files and folders shared by all agents. */
export const sharedNames: Readonly<Record<FileChange["role"], string>> = {
  holder: "tmux holder unit",
  template: "agent template unit",
  script: "start script",
  "activity-script": "activity script",
  "runtime-script": "runtime script",
  "worktree-script": "worktree script",
  "env-folder": "folder of the env files",
  override: "drop-in that is not the fleet's",
};

/** Returns an agent as commands name it, for a reader on another machine with the host's name there. */
export function agentWords(agent: string, host: string | undefined): string {
  return host === undefined ? agent : `${agent} --host ${host}`;
}

/** Returns the work at stake in words; with `isLeast`, the work of several agents, quiet for so long or longer. */
export function stakePhrase(
  { attached, viewers = 0, idleSeconds, work, isDone }: AtStake,
  isLeast = false,
): string {
  const who = attached === 0 ? "nobody attached" : `attached by ${attached}`;
  const others = viewers === 0 ? "" : ` (${count(viewers, "viewer")})`;
  const silent =
    work === undefined ? (isDone ? ", and it says that it is done" : "") : `, ${workPhrases[work]}`;
  return `${who}${others}, last output ${durationPhrase(idleSeconds)}${isLeast ? " or more" : ""} ago${silent}`;
}

const workPhrases: Readonly<Record<SilentWork, string>> = {
  computes: "but it uses the processor",
  "says-so": "but it says that it is busy",
  works: "but it is working",
  waits: "but it waits for a person",
};

/** Returns `suspended by ada since 2026-11-23 18:00, until 2026-11-24 08:00`. */
export function suspensionPhrase({ by, sinceMs, untilMs }: Suspension): string {
  const who = by === undefined ? "" : ` by ${by}`;
  const since = sinceMs === undefined ? "" : ` since ${localTime(sinceMs)}`;
  const until = untilMs === undefined ? "" : `, until ${localTime(untilMs)}`;
  return `suspended${who}${since}${until}`;
}

/** Returns `2026-11-23 18:00`, in the time zone of this machine. */
export function localTime(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace("T", " ");
}

/**
 * Returns `/exit sent, waits 12 s of 30 s`, `waits for ready (12 s of 60 s)` or `waits for its turn (12 s)`. `now` in ms since
 * the epoch.
 */
export function waitPhrase(
  { kind, words, sinceMs, limitMs, asks, halt, untilMs }: UnitWait,
  now: number,
): string {
  const limit = secondsPhrase(limitMs);
  const passed = secondsPhrase(Math.max(0, now - sinceMs));
  const question = asks === undefined ? "" : `, asks: ${asks}`;
  switch (kind) {
    case "stop":
      return `${words} sent, waits ${passed} of ${limit}`;
    case "ready":
      return `waits for ready (${passed} of ${limit})${question}`;
    case "unready":
      return `not ready after ${limit}${question}`;
    case "turn":
      return halt === undefined ? `waits for its turn (${passed})` : `held, ${heldPhrase(halt)}`;
    case "dependency":
      return `waits for ${namesPhrase(words.split(" "))}`;
    case "limit":
      return `limit of its account${untilMs === undefined ? "" : `, until ${localTime(untilMs)}`}`;
  }
}

/** Returns at most three names, and the number of the others. */
function namesPhrase(names: readonly string[]): string {
  return names.length <= 3
    ? names.join(", ")
    : `${names.slice(0, 2).join(", ")} and ${names.length - 2} others`;
}

/** Returns `5 agents in a row ended with exit status 1`. */
export function heldPhrase({ count: agents, exitStatus }: Pick<GroupHalt, "count" | "exitStatus">): string {
  return exitStatus === undefined
    ? `${agents} agents in a row did not start`
    : `${agents} agents in a row ended with exit status ${exitStatus}`;
}

/** Returns up to two minutes in seconds, because a wait is better compared in one unit. */
function secondsPhrase(ms: number): string {
  return ms <= 120_000 ? `${Math.floor(ms / 1000)} s` : durationPhrase(ms / 1000);
}

const timeUnits = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
] as const;

/** Seconds in the largest fitting unit, rounded down. */
export function durationPhrase(seconds: number): string {
  const [size, name] = timeUnits.find(([least]) => seconds >= least) ?? [1, "s"];
  return `${Math.floor(seconds / size)} ${name}`;
}

/** Returns a time that somebody has chosen, exactly, in the largest unit without a remainder: 90 s, not 1 min. */
export function exactDuration(ms: number): string {
  const [size, name] = timeUnits.find(([least]) => ms >= least * 1000 && ms % (least * 1000) === 0) ?? [
    0.001,
    "ms",
  ];
  return `${ms / (size * 1000)} ${name}`;
}

/** Returns `killed after 3 s`. `afterMs` is the time of the agent to end by itself, ms. */
export function killedPhrase(afterMs: number): string {
  return `killed after ${afterMs / 1000} s`;
}
