import type { LifeEvent } from "../../history/fleet-event.ts";
import type { RunEnd } from "../../history/unit-events.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";

/** Returns an event in the life of an agent in words, as they follow its name, or several names. */
export function lifePhrase(event: LifeEvent, isMany: boolean): string {
  const were = isMany ? "were" : "was";
  switch (event.kind) {
    case "started":
      return startedPhrase(event, isMany);
    case "stopped":
      return event.end.result === "success" || event.end.result === "exit-code"
        ? `${were} stopped`
        : `${were} stopped (${lifeEndPhrase(event.end)})`;
    case "ended":
      return event.end.result === "success"
        ? `${isMany ? "have done their" : "has done its"} work (exit status 0)`
        : failedRunPhrase(event.end, isMany);
    case "memory-kill":
      return `had ${isMany ? "processes" : "a process"} killed, because memory ran out`;
    case "start-failed":
      return event.result === "dependency"
        ? `${were} not started, because a unit that ${isMany ? "they depend" : "it depends"} on failed`
        : `${were} not started (${visible(event.result)})`;
  }
}

function startedPhrase(event: Extract<LifeEvent, { kind: "started" }>, isMany: boolean): string {
  switch (event.how) {
    case "boot":
      return "started at boot";
    case "restart":
      return `${isMany ? "were" : "was"} restarted`;
    case "auto-restart": {
      const after = event.after === undefined ? "" : ` after ${lifeEndPhrase(event.after)}`;
      const number = event.restarts === undefined || isMany ? "" : ` (restart ${event.restarts})`;
      return `restarted by systemd${after}${number}`;
    }
    case "job":
      return "started";
  }
}

function failedRunPhrase(end: RunEnd, isMany: boolean): string {
  if (end.result === "start-limit-hit")
    return `${isMany ? "have" : "has"} failed too often: systemd does not restart ${isMany ? "them" : "it"} any more`;
  return `failed: ${lifeEndPhrase(end)}`;
}

/** Returns the end of a run as a noun: `exit status 3`, `SIGKILL`. */
function lifeEndPhrase({ result, exitStatus, signal }: RunEnd): string {
  const name = signal === undefined ? undefined : signalName(signal);
  switch (result) {
    case "success":
    case "exit-code":
      return statusPhrase(exitStatus);
    case "signal":
      return name ?? "a signal";
    case "core-dump":
      return `${name ?? "a signal"} with a core dump`;
    case "oom-kill":
      return "a kill because memory ran out";
    case "timeout":
      return "a timeout";
    case "watchdog":
      return "a timeout of its watchdog";
    case "start-limit-hit":
      return "too many failures";
    default:
      return visible(result);
  }
}

function statusPhrase(status: number | undefined): string {
  if (status === undefined) return "an unknown exit status";
  // Shells and the start script report a signal this way.
  const name = status > 128 ? signalNames[status - 128] : undefined;
  return `exit status ${status}${name === undefined ? "" : ` (SIG${name})`}`;
}

function signalName(number: number): string {
  const name = signalNames[number];
  return name === undefined ? `signal ${number}` : `SIG${name}`;
}

/** The common signals of Linux by their numbers, which are the same on x86, ARM and RISC-V: signal(7). */
const signalNames: Readonly<Record<number, string>> = {
  1: "HUP",
  2: "INT",
  3: "QUIT",
  4: "ILL",
  5: "TRAP",
  6: "ABRT",
  7: "BUS",
  8: "FPE",
  9: "KILL",
  11: "SEGV",
  13: "PIPE",
  14: "ALRM",
  15: "TERM",
  24: "XCPU",
  25: "XFSZ",
  31: "SYS",
};

/** Returns the sign of an event, and its colour. */
export function lifeTone(event: LifeEvent): readonly [string, keyof Colors] {
  switch (event.kind) {
    case "started":
      return event.how === "auto-restart" ? ["*", "yellow"] : ["*", "green"];
    case "stopped":
      return ["-", "cyan"];
    case "ended":
      return event.end.result === "success" ? ["*", "cyan"] : ["x", "red"];
    case "memory-kill":
      return ["!", "yellow"];
    case "start-failed":
      return ["x", "red"];
  }
}
