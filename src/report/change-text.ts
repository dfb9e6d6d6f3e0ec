import type { AgentFile, Change, Modes } from "../plan/change.ts";
import { obstaclePhrases } from "./obstacle-text.ts";
import { phraseFrom, type Numbered, type Of, type PhraseTable } from "./phrase-table.ts";

/** The words of each reason, as they follow the name of an agent. */
const phrases: PhraseTable<Change["reason"]> = {
  ...obstaclePhrases,

  // Differences between fleet.yaml and the fleet.
  new: "new",
  "no-longer-declared": "no longer declared",
  missing: "it does not exist yet",
  destroy: "the fleet is destroyed",
  renamed: ({ successor }, number) => `${successor} takes ${number("its", "their")} place`,
  "runs-elsewhere": ({ host }, number) => `${number("moves", "move")} here from ${host}`,
  "takes-place": ({ predecessors }) => `takes the place of ${predecessors.join(", ")}`,
  "command-changed": "command changed",
  "runtime-changed": "runtime changed",
  "workdir-changed": "workdir changed",
  "env-files-changed": "envFiles changed",
  "env-changed": configPhrase,
  "config-changed": configPhrase,
  "settings-changed": settingsPhrase,
  "kind-changed": ({ kind }, number) =>
    kind === "service"
      ? number("becomes a service", "become services")
      : number("becomes an agent", "become agents"),
  "windows-changed": windowsPhrase,

  // Files, and their state in systemd.
  "unit-changed": ({ directives }) => `text changed${inBrackets(directives)}`,
  "enablement-changed": (_, number) => `no longer ${number("starts", "start")} at boot`,
  "file-missing": ({ file }, number) => `${fileName(file, number)} ${number("is", "are")} missing`,
  "file-edited": editPhrase,
  "mode-changed": ({ file, mode }, number) =>
    file === undefined
      ? modePhrase(mode)
      : `${fileName(file, number)} ${number("has", "have")} ${modePhrase(mode)}`,
  "not-loaded": ({ target }) => `systemd has not read ${target} since it changed`,
  "loaded-file-gone": ({ path }) => `systemd still runs with ${path}, which is gone`,
  "link-missing": (_, number) => number("enablement link is missing", "enablement links are missing"),
  "reload-pending": "an earlier run was cut off before the reload",
  "socket-gone": "the file of its socket is gone",

  // Runs that have ended, or not begun.
  "window-closed": windowsPhrase,
  "window-ended": windowsPhrase,
  "log-ended": (_, number) => number("nothing writes its log", "nothing writes their logs"),
  "not-running": (change, number) =>
    `${notRunningPhrase(change, number)}${activePhrase(change.profiles, number)}`,
  "timer-stopped": (_, number) => number("its timer does not run", "their timers do not run"),
  "job-not-completed": (change, number) =>
    `${number("starts", "start")} after job ${change.job}, which ${jobPhrase(change)}`,
  "session-gone": (_, number) => number("its session is gone", "their sessions are gone"),
  "config-unknown": (_, number) =>
    number("its configuration at its start is unknown", "their configuration at their start is unknown"),
  failed: failurePhrase,

  // Decisions of a person, or of fleet.yaml.
  requested: "you asked for it",
  adopted: "made by hand, and as declared",
  "stop-wanted": ({ profiles }) => (profiles === undefined ? "state: stopped" : inactivePhrase(profiles)),
  "stop-declared": ({ profiles }) =>
    profiles === undefined ? "fleet.yaml says state: stopped" : `${inactivePhrase(profiles)} in fleet.yaml`,
  "own-session": "this command runs inside its session",
  protected: protectionPhrase,
};

/** Returns a change in words, as they follow the name of an agent, or with `isMany` the names of several agents. */
export function changePhrase(change: Change, isMany = false): string {
  return phraseFrom(phrases, change, isMany);
}

function notRunningPhrase({ underWay }: Of<"not-running">, number: Numbered): string {
  switch (underWay) {
    case "start":
      return number("systemd is already starting it", "systemd is already starting them");
    case "end":
      return number("it is ending", "they are ending");
    case undefined:
      return number("it does not run", "they do not run");
  }
}

function configPhrase({ fields }: Of<"config-changed">, number: Numbered): string {
  return `${fields.join(", ") || `${number("its", "their")} configuration`} changed`;
}

function editPhrase({ file, directives = [], mode }: Of<"file-edited">, number: Numbered): string {
  const what = directives.join(", ") || fileName(file, number);
  const was = directives.length === 0 ? number("was", "were") : directives.length === 1 ? "was" : "were";
  const modeToo = mode === undefined ? "" : `, and ${number("has", "have")} ${modePhrase(mode)}`;
  return `${what} ${was} edited by hand${modeToo}`;
}

function failurePhrase({ exitStatus, outOfMemory, isRetried }: Of<"failed">, number: Numbered): string {
  const facts = [
    ...(exitStatus === undefined ? [] : [`exit status ${exitStatus}`]),
    ...(outOfMemory === true ? ["memory ran out"] : []),
    ...(isRetried ? ["systemd is about to try again"] : []),
  ];
  return `${number("it", "they")} failed${inBrackets(facts)}`;
}

/** Returns `profile night is not active`, or the same of several profiles. */
function inactivePhrase(profiles: readonly string[]): string {
  return profiles.length === 1
    ? `profile ${profiles.join("")} is not active`
    : `none of the profiles ${profiles.join(", ")} is active`;
}

/** Returns the end of a sentence about a start; nothing for an agent without profiles. */
function activePhrase(profiles: readonly string[] | undefined, number: Numbered): string {
  if (profiles === undefined) return "";
  const whose = number("its", "their");
  return profiles.length === 1
    ? `, and ${whose} profile ${profiles.join("")} is active`
    : `, and one of ${whose} profiles ${profiles.join(", ")} is active`;
}

/** Returns the end of a sentence about a job. */
function jobPhrase({ state, exitStatus }: Of<"job-not-completed">): string {
  switch (state) {
    case "running":
      return "is not completed yet";
    case "stopped":
      return "is not completed, and does not run";
    case "failed":
      return exitStatus === undefined ? "has failed" : `has failed with exit status ${exitStatus}`;
  }
}

/** Returns `windows changed: opens logs, restarts tests.2`. */
function windowsPhrase({ reason, opens, restarts, closes, arranges }: Of<"windows-changed">): string {
  if (reason === "window-ended") return `${restarts.join(", ")} has ended`;
  const steps = [
    ...(opens.length === 0 ? [] : [`opens ${opens.join(", ")}`]),
    ...(restarts.length === 0 ? [] : [`restarts ${restarts.join(", ")}`]),
    ...(closes.length === 0 ? [] : [`closes ${closes.join(", ")}`]),
    ...(arranges.length === 0 ? [] : [`arranges ${arranges.join(", ")}`]),
  ];
  return `${reason === "window-closed" ? "a window was closed" : "windows changed"}: ${steps.join(", ")}`;
}

function settingsPhrase({ record, names }: Of<"settings-changed">, number: Numbered): string {
  if (record === "completion") return number("no longer a job", "no longer jobs");
  return `${names.join(", ") || fileName(record, number)} changed`;
}

function protectionPhrase({ by, agent }: Of<"protected">, number: Numbered): string {
  const them = number("it", "them");
  switch (by) {
    case "declared":
      return `protect: true keeps ${them} from being stopped`;
    case "marked":
      return `${number("it is", "they are")} marked protect: true; set protect: false and apply before you remove ${them}`;
    case "unknown":
      return `its env file is gone, so its protection is unknown: fleet stop ${agent} ends it`;
  }
}

function fileName(file: AgentFile | undefined, number: Numbered): string {
  if (file === undefined) return number("it", "they");
  const one = file === "env" ? "env file" : file === "unit" ? "unit file" : file;
  return number(one, `${one}s`);
}

/** Returns `mode 0755 instead of 0700`. */
function modePhrase({ found, wanted }: Modes): string {
  return `mode ${octal(found)} instead of ${octal(wanted)}`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

function inBrackets(words: readonly string[]): string {
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}
