import type { GroupHalt } from "../../observed/types.ts";
import { commandNotFound, type AgentFailure } from "../../events/apply-events.ts";
import type { Colors } from "../terminal/colors.ts";
import { journalCommand } from "../journal-command.ts";
import { joinAlike, rangesOf } from "../alike.ts";
import { heldPhrase, localTime } from "../phrases.ts";
import { visible } from "../terminal/display-text.ts";

/** The most agents without the server to name. */
const namedVictims = 10;

/**
 * Returns lines about started agents that do not run, with their last output. A failure of the tmux server comes once, and
 * first. Agents that failed in the same way share their lines, unless `verbose` opens them.
 */
export function failuresLines(
  failures: readonly AgentFailure[],
  colors: Colors,
  verbose = false,
): readonly string[] {
  const victims = failures.filter(({ withoutServer }) => withoutServer !== undefined);
  const others = failures.filter(({ withoutServer }) => withoutServer === undefined);
  const joined = verbose
    ? others.map((first) => ({ first, names: [first.name] }))
    : joinAlike(others, ({ name }) => name, failureText);
  return [
    ...serverLines(victims, colors),
    ...joined.flatMap(({ first, names }) => failureLines(first, names, colors)),
  ];
}

/** The end of a tmux server that systemd has started again. */
export const serverIsBack = "the tmux server ended during the apply, and is back";

function serverLines(victims: readonly AgentFailure[], colors: Colors): readonly string[] {
  const lost = victims[0]?.withoutServer;
  if (lost === undefined) return [];
  const all = victims.map(({ name }) => name);
  const names = all.slice(0, namedVictims);
  const more = all.length > names.length ? ` and ${all.length - names.length} more` : "";
  const what = lost.isBack ? serverIsBack : "the tmux server does not run";
  return [
    `${colors.red("Error:")} ${what}; not running because of that: ${names.join(", ")}${more}`,
    ...lost.lines.map((line) => `   ${colors.dim("|")} ${visible(line)}`),
    `   ${colors.dim("=")} ${serverHint}`,
    `   ${colors.dim("=")} ${journalCommand(lost.unit)}`,
  ];
}

const serverHint =
  "if tmux ends because of your tmux.conf, try without that file, or set tmux.config in fleet.yaml; then apply again";

/** Returns everything said of a failure, without the name of the agent. */
function failureText(failure: AgentFailure): string {
  const { name, lines, literalPath, shell, setup } = failure;
  return JSON.stringify([failure.result, howItEnded(failure), lines, literalPath, shell, setup]).replaceAll(
    name,
    "*",
  );
}

/** Returns lines about a started agent that does not run, or many, with the last output of the first. */
function failureLines(failure: AgentFailure, names: readonly string[], colors: Colors): readonly string[] {
  const isOne = names.length === 1;
  const who = `${isOne ? "agent" : "agents"} ${colors.bold(visible(rangesOf(names)))}`;
  const problem =
    failure.result === "not-restarted"
      ? `${isOne ? "is" : "are"} not up to date`
      : `${isOne ? "does" : "do"} not run`;
  return [
    `${colors.red("Error:")} ${who} ${problem}: ${howItEnded(failure)}`,
    ...(isOne ? [] : [`   ${colors.dim("=")} all of them ended alike; this is ${visible(failure.name)}:`]),
    ...failure.lines.map((line) => `   ${colors.dim("|")} ${visible(line)}`),
    ...(failure.result === "nested-tmux" ? [`   ${colors.dim("=")} ${nestedHint}`] : []),
    ...(failure.exitStatus === commandNotFound ? [`   ${colors.dim("=")} ${pathHintFor(failure)}`] : []),
    ...setupHint(failure).map((hint) => `   ${colors.dim("=")} ${hint}`),
    ...(failure.hold === undefined
      ? [`   ${colors.dim("=")} fleet logs ${visible(failure.name)}`]
      : [
          `   ${colors.dim("=")} ${turnPhrase(failure.hold)}; at once by: fleet start ${visible(failure.name)}`,
        ]),
  ];
}

/** Returns the time at which the start script lets one agent start again. */
function turnPhrase({ isTrying, untilMs }: GroupHalt): string {
  return isTrying
    ? "one agent is being tried now"
    : `the next try is at ${new Date(untilMs).toTimeString().slice(0, 8)}`;
}

const nestedHint =
  "a start-up file of its shell, such as ~/.bashrc, starts tmux if TMUX is empty: begin the command with `TMUX=1 exec`";

/** Returns a hint about PATH. It may be set already in a form nothing expands. */
function pathHintFor({ literalPath, shell }: AgentFailure): string {
  if (literalPath !== undefined)
    return `PATH has "${visible(literalPath)}", which is not expanded in env: write that folder in full`;
  if (shell !== undefined)
    return `${shell} has read its own start-up files and found no such program: install it, or give its full path; exec finds no alias or function`;
  return pathHint;
}

const pathHint =
  "install it, give its full path, or set PATH in env: agents do not read ~/.bashrc, and exec finds no alias or function";

/** systemd's own steps of a start, by the exit status that it gives if one fails: systemd.exec(5), "Process Exit Codes". */
const setupSteps: Readonly<Record<number, string>> = {
  203: "run its start script",
  219: "make its control group",
  233: "make its runtime folder",
};
const runtimeFolderStatus = 233;

/** Returns what to check after a failed step of systemd, if that is known. */
function setupHint({ setup }: AgentFailure): readonly string[] {
  return setup?.status === runtimeFolderStatus
    ? [`check what is at ${visible(setup.folder)}, its owner and mode, and the free space there`]
    : [];
}

function howItEnded({ result, exitStatus, hold, limitedUntilMs, setup }: AgentFailure): string {
  if (limitedUntilMs !== undefined)
    return `its account has reached a limit, until ${localTime(limitedUntilMs)}`;
  if (hold !== undefined) return `held, because ${heldPhrase(hold)}`;
  const status = exitStatus === undefined ? "" : `exit status ${exitStatus}`;
  switch (result) {
    case "success":
      return exitStatus === 0 ? "its command ended by itself (exit status 0)" : status || "it ended";
    case "exit-code":
      return status || startFailure(setup?.status);
    case "start-limit-hit":
      return `it was started too often, and systemd gave up${status && ` (${status})`}`;
    case "timeout":
      return "it did not start in time";
    case "nested-tmux":
      return "a tmux of its own took the place of its command";
    case "not-restarted":
      return "systemd did not restart it, and it goes on with the old configuration";
    default:
      return status ? `${result} (${status})` : result;
  }
}

function startFailure(setup: number | undefined): string {
  if (setup === undefined) return "its start failed";
  return `its start failed: systemd could not ${setupSteps[setup] ?? "prepare it"} (status ${setup})`;
}
