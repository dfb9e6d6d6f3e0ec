import type { SilentWork } from "../observed/types.ts";
import type { Suspension } from "../desired/marks/suspension.ts";
import type { AgentPlan, AtStake, Change, Reason } from "../plan/types.ts";
import { count } from "../text/counting.ts";

/** Each reason as it follows an agent's name. `%` stands for the detail. */
const phrases: Readonly<Record<Reason, string>> = {
  new: "new",
  "no-longer-declared": "no longer declared",
  renamed: "% takes its place",
  "takes-place": "takes the place of %",
  "command-changed": "command changed",
  "runtime-changed": "runtime changed (%)",
  "workdir-changed": "workdir changed",
  "env-changed": "% changed",
  "env-files-changed": "envFiles changed",
  "config-changed": "% changed",
  "settings-changed": "% changed",
  "unit-changed": "text changed (%)",
  "enablement-changed": "%",
  "file-missing": "% is missing",
  "file-edited": "% was edited by hand",
  "mode-changed": "%",
  "link-missing": "enablement link is missing",
  "not-running": "it does not run",
  failed: "it failed (%)",
  "session-gone": "its session is gone",
  "config-unknown": "unknown what it was started with",
  "socket-gone": "the file of its socket is gone",
  "reload-pending": "an earlier run was cut off before the reload",
  "not-loaded": "systemd has not read % since it changed",
  "loaded-file-gone": "systemd still runs with %, which is gone",
  adopted: "made by hand, and as declared",
  requested: "you asked for it",
  "stop-wanted": "state: stopped",
  destroy: "the fleet is destroyed",
  protected: "%",
  "own-session": "%",
  "not-ours": "%, without this fleet's mark",
  "place-blocked": "it takes the place of %, which is blocked",
  "dependency-not-ours": "it would start %, which is not this fleet's",
  "dependency-suspended": "it would start %, which is suspended",
  missing: "there is nothing of it yet",
  "adopt-differs": "what runs is not what is declared (%)",
  "not-adoptable": "%",
  "stop-declared": "fleet.yaml says state: stopped",
  "unit-masked": "% is masked: systemctl --user unmask it",
  "unit-replaced":
    "systemd reads %, which is not the fleet's: move it away, then systemctl --user daemon-reload",
  "file-unreadable": "%",
  "folder-unsafe": "%",
  "workdir-missing": "workdir % does not exist",
  "env-file-missing": "envFile % does not exist",
  "env-file-unreadable": "envFile %",
  "env-file-invalid":
    "envFile % is not NAME=value (without export, and no - in the name): systemd would write the line to its journal",
  "socket-claimed": "fleet % uses the same tmux socket",
  "foreign-tmux-server": "%",
  "no-tmux-server": "%",
  "newer-version": "%",
};

/** A reason with its detail, in words. */
export function phraseOf({ reason, detail }: Change): string {
  const phrase = phrases[reason];
  if (detail === undefined)
    return phrase
      .replace(/ ?\(%\)/, "")
      .replace(/^% /, "it ")
      .replace("%", reason);
  return phrase.includes("%") ? phrase.replace("%", () => detail) : phrase;
}

/** What an interruption would hit, in words. */
export function stakePhrase({ attached, viewers = 0, idleSeconds, work }: AtStake): string {
  const who = attached === 0 ? "nobody attached" : `attached by ${attached}`;
  const others = viewers === 0 ? "" : ` (${count(viewers, "viewer")})`;
  const silent = work === undefined ? "" : `, ${workPhrases[work]}`;
  return `${who}${others}, last output ${duration(idleSeconds)} ago${silent}`;
}

const workPhrases: Readonly<Record<SilentWork, string>> = {
  computes: "but it uses the processor",
  "says-so": "but it says that it is busy",
};

/** Why a change waits, in words. */
export function holdPhrase({ name, reason, hold, awaiting, atStake, suspended }: AgentPlan): string {
  switch (hold) {
    case "kept":
      return reason !== "renamed" && (awaiting === "stop" || awaiting === "remove")
        ? `onChange: keep; to end it: fleet stop ${name}`
        : "onChange: keep";
    case "suspended":
      return suspended === undefined ? "suspended" : suspensionPhrase(suspended);
    case "busy":
      return atStake === undefined ? "busy" : `busy (${stakePhrase(atStake)})`;
    case undefined:
      return "";
  }
}

/** `suspended by ada since 2026-11-23 18:00, until 2026-11-24 08:00`. */
export function suspensionPhrase({ by, sinceMs, untilMs }: Suspension): string {
  const who = by === undefined ? "" : ` by ${by}`;
  const since = sinceMs === undefined ? "" : ` since ${localTime(sinceMs)}`;
  const until = untilMs === undefined ? "" : `, until ${localTime(untilMs)}`;
  return `suspended${who}${since}${until}`;
}

/** `2026-11-23 18:00`, in this machine's time zone. */
export function localTime(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace("T", " ");
}

const units = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
] as const;

/** Seconds in the largest fitting unit, rounded down. */
export function duration(seconds: number): string {
  const [size, name] = units.find(([least]) => seconds >= least) ?? [1, "s"];
  return `${Math.floor(seconds / size)} ${name}`;
}

/** `killed after 3 s`: the time that an agent had to end by itself, ms. */
export function killedPhrase(afterMs: number): string {
  return `killed after ${afterMs / 1000} s`;
}
