import type { Facts, Finding, Fix } from "../../doctor/finding.ts";
import { shellWord } from "../../text/shell-word.ts";
import { count, listOf } from "../../text/counting.ts";
import { changePhrase } from "../change-text.ts";
import { deviationNote } from "../plan/deviation-text.ts";
import type { MemoryEnd } from "../../observed/types.ts";
import { memoryEndHint, memoryEndPhrase } from "../memory-text.ts";
import { wordingText } from "../terminal/wording-text.ts";
import { noteText } from "../plan/note-text.ts";
import type { Variant } from "../variant.ts";
import type { FindingText } from "./finding-words.ts";
import { logFindingText } from "./log-text.ts";

/** The facts of one kind. */
type FactsOf<Kind extends Facts["kind"]> = Variant<Facts, "kind", Kind>;

/** The words of each kind of finding. */
const findingTexts: { readonly [Kind in Facts["kind"]]: (facts: FactsOf<Kind>) => FindingText } = {
  problem: problemText,
  note: ({ note }) => ({ message: noteText(note) }),
  deviation: ({ deviation }) => ({ message: deviationNote(deviation) }),

  // The machine.
  "ends-at-logout": ({ user }) => ({
    message: "All agents end when you log out.",
    evidence: `/var/lib/systemd/linger/${user} does not exist.`,
  }),
  "logout-unknown": ({ user }) => ({
    message: "It is not known if the agents continue after you log out.",
    evidence: `/var/lib/systemd/linger/${user} does not exist, and logind does not answer.`,
    command: "loginctl show-user --property=Linger",
  }),
  "controllers-unknown": () => ({
    message: "The controllers of the user manager cannot be read.",
    evidence: "cgroup.controllers of its control group: is this cgroup v2?",
  }),
  "controllers-missing": ({ missing }) => ({
    message: `${controllerEffect(missing)} not available to agents.`,
    evidence: `cgroup.controllers of the user manager lacks ${missing.join(", ")}.`,
    command: "sudo systemctl edit user@.service   # [Service] Delegate=cpu cpuset io memory pids",
  }),
  "old-tmux": ({ version }) => ({
    message:
      `tmux ${version} ends, with all sessions, if a dead pane gets a focus report. ` +
      "Agents of fleet are protected; windows that you open next to them are not. tmux 3.5 has the fix.",
  }),
  "no-terminal-entry": ({ terminal, socket }) => ({
    message: `terminfo has no entry for ${terminal}, the terminal that tmux shows to agents.`,
    evidence: `default-terminal of tmux -L ${socket} is ${terminal}.`,
    command: `infocmp ${terminal}`,
  }),

  // The fleet and its agents.
  "no-fleet-file": () => ({ message: "There is no fleet.yaml here, so only the machine was checked." }),
  "program-missing": programText,
  "preset-version": versionText,
  "agent-blocked": ({ agents, change }) => ({
    message: `${listOf(agents)} ${agents.length === 1 ? "is" : "are"} blocked: ${changePhrase(change, agents.length > 1)}.`,
    command: `fleet why ${agents[0] ?? ""}`,
  }),
  "agent-failed": failedText,
  "memory-ran-out": memoryFindingText,
  "agents-suspended": ({ agents }) => ({
    message: `${listOf(agents)} ${agents.length === 1 ? "is" : "are"} suspended, on purpose: apply leaves them alone.`,
  }),
  "agents-down": ({ agents }) => ({
    message: `${listOf(agents)} ${agents.length === 1 ? "was" : "were"} stopped by hand. The next apply starts ${agents.length === 1 ? "it" : "them"}.`,
    command: `fleet start ${agents.join(" ")}`,
  }),
  "log-unwritten": logFindingText,
  "log-blocked": logFindingText,
  "log-disk": logFindingText,
  "not-applied": ({ actions }) => ({
    message: `The machine is not as fleet.yaml says: ${count(actions, "action")} to do.`,
    command: "fleet plan",
  }),

  // systemd and its units.
  "units-stale": ({ paths }) => ({
    message: "systemd uses earlier versions of unit files.",
    evidence: `Changed since it has read them: ${listOf(paths)}.`,
  }),
  "units-failed": ({ units }) => ({
    message: "systemd keeps failed units of agents that are not declared.",
    evidence: `Failed: ${listOf(units)}.`,
  }),
  "watch-down": ({ unit, state }) => ({
    message: "The watch is installed, but does not run: nothing keeps the fleet as fleet.yaml says.",
    evidence: `${unit} is ${state}.`,
    command: `systemctl --user restart ${unit}`,
  }),
};

/** Returns a finding in words. */
export function findingText(finding: Finding): FindingText {
  // The key and the finding have the same kind, which the compiler cannot see.
  const text = findingTexts[finding.kind](finding as never);
  return { ...text, command: text.command ?? (finding.fix && fixCommand(finding.fix)) };
}

/** Returns the command line that does the same as a remedy. */
export function fixCommand(fix: Fix): string {
  switch (fix.kind) {
    case "enable-linger":
      return "loginctl enable-linger";
    case "daemon-reload":
      return "systemctl --user daemon-reload";
    case "reset-failed":
      return `systemctl --user reset-failed ${fix.units.join(" ")}`;
    case "make-writable":
      return `chmod u+rwX ${shellWord(fix.path)}`;
    case "recreate-socket":
    case "start-logs":
      return "fleet doctor --fix";
  }
}

function problemText({ problem, more }: FactsOf<"problem">): FindingText {
  const others = more === 0 ? "" : ` (and ${count(more, "more problem")})`;
  const place = problem.place && `${problem.place.file}:${problem.place.line}: `;
  const rest = [
    problem.detail && asSentence(problem.detail),
    problem.hint && `Hint: ${wordingText(problem.hint)}.`,
  ]
    .filter(Boolean)
    .join(" ");
  return {
    message: `${place ?? ""}${problem.summary}${others}.`,
    evidence: rest === "" ? undefined : rest,
    command: problem.place && `fleet validate ${shellWord(problem.place.file)}`,
  };
}

/** Returns words with a full stop: the last line of a program often has none. */
function asSentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** Returns the remedy as a sentence. */
function memoryRemedy(end: MemoryEnd): string {
  const hint = memoryEndHint(end);
  return `${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`;
}

function memoryFindingText({ agent, restarts, memoryEnd }: FactsOf<"memory-ran-out">): FindingText {
  const again = restarts === 0 ? "" : ` systemd has started it again (${count(restarts, "restart")}).`;
  return {
    message: `${agent} has ended, because ${memoryEndPhrase(memoryEnd)}.${again}`,
    evidence: memoryRemedy(memoryEnd),
    command: `fleet events ${agent}`,
  };
}

function failedText(facts: FactsOf<"agent-failed">): FindingText {
  const { agent, exitStatus, restarts, isRetried, memoryEnd } = facts;
  const code = exitStatus === undefined ? "" : ` with exit status ${exitStatus}`;
  const status = memoryEnd === undefined ? code : `${code}, because ${memoryEndPhrase(memoryEnd)}`;
  const retried = `failed${status}${memoryEnd === undefined ? "" : ","} and is restarted by systemd (${count(restarts, "restart")} so far)`;
  return {
    message: isRetried ? `${agent} ${retried}.` : `${agent} failed${status}, and is not started again.`,
    evidence: memoryEnd === undefined ? `fleet logs ${agent} has its last lines.` : memoryRemedy(memoryEnd),
    command: isRetried ? `fleet why ${agent}` : `fleet start ${agent}`,
  };
}

/** Returns the subject of a sentence about missing controllers, with its verb. */
function controllerEffect(missing: readonly string[]): string {
  const limits = missing.map((each) => (each === "cpu" ? "CPU" : each));
  return `Limits and figures of ${limits.join(", ")} are`;
}

function versionText({
  preset,
  program,
  madeFor,
  installed,
  agents,
}: FactsOf<"preset-version">): FindingText {
  const found =
    installed === undefined ? `The version of ${preset} is not known` : `${preset} ${installed} is installed`;
  return {
    message: `${found}; its preset was made for ${madeFor}. If the activity of ${listOf(agents)} is wrong, keys of the runtime replace the preset's.`,
    evidence: `${program} --version`,
    command: `fleet explain preset ${preset}`,
  };
}

function programText({ program, agents, path, found }: FactsOf<"program-missing">): FindingText {
  const run = agents.length === 1 ? "runs" : "run";
  if (program.startsWith("/"))
    return { message: `${listOf(agents)} ${run} ${program}, which does not exist or is not executable.` };
  const place =
    found === undefined
      ? "Your shell does not find it either."
      : `Your shell finds ${found}: write that path in command, or its folder in the PATH of env.`;
  return {
    message: `${listOf(agents)} ${run} ${program}, which is not on the PATH of agents. ${place}`,
    evidence: `PATH=${path}`,
  };
}
