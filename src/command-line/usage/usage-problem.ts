import { suggest } from "../../text/suggest.ts";
import { listInSentence } from "../../config/describe-path.ts";
import { presetNames } from "../../runtimes/preset-names.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { isFleetFile } from "../arrange.ts";
import { habitOf, type Habit } from "./command-habits.ts";
import { optionHabit } from "./option-habits.ts";

/** An invalid command line. */
export interface UsageMistake {
  /** The code of commander's error, such as `commander.unknownOption`. */
  readonly code: string;
  /** Commander's message. */
  readonly message: string;
  /** The command line, the command first. */
  readonly words: readonly string[];
  /** The long options of the command. */
  readonly options: readonly string[];
}

/** The names of the fleet file, for hints, if it is readable. */
export interface NamedFleet {
  /** The entries of `agents`, each with the names of its replicas, or its own. */
  readonly agents: ReadonlyMap<string, readonly string[]>;
}

/**
 * Commands to propose for a word with a similar spelling. Commands that end, hold or start something are not
 * among them: a wrong proposal must cost nothing.
 */
const proposable = "validate plan diff why status snapshot render schema apply help version".split(" ");

/** Returns the error in a command line, and its correction. Pure. */
export function usageProblem(mistake: UsageMistake, fleet: NamedFleet | undefined): Diagnostic {
  const [summary = "", ...more] = mistake.message
    .replace(/^error: /, "")
    .replace(/^command-argument value ('.*?') is invalid for argument ('[^']*')/s, "$1 is no value for $2")
    .split(/\.\s+|\n|\.$/);
  const detail = more.filter((line) => line !== "" && !line.startsWith("(Did you mean"));
  const { hint, detail: own } = adviceFor(mistake, fleet);
  return {
    severity: "error",
    code: "bad-usage",
    summary,
    detail: own ?? (detail.length === 0 ? undefined : detail.map((line) => `${line}.`).join(" ")),
    hint,
  };
}

/** Returns the problem of a command line with options only. */
export function noCommand(options: readonly string[]): Diagnostic {
  return {
    severity: "error",
    code: "bad-usage",
    summary: "no command is given",
    hint: `for example fleet status ${options.join(" ")}; fleet --help lists the commands`,
  };
}

interface Advice {
  readonly hint: string;
  readonly detail?: string | undefined;
}

function adviceFor(mistake: UsageMistake, fleet: NamedFleet | undefined): Advice {
  const [command = "", ...rest] = mistake.words;
  const help = `fleet ${command} --help`;
  switch (mistake.code) {
    case "commander.unknownCommand":
      return unknownCommand(command, fleet);
    case "commander.unknownOption":
      return unknownOption(mistake, help);
    case "commander.missingArgument":
      return missingArgument(mistake.words, fleet, help);
    case "commander.excessArguments":
      return { hint: `${excessHint(command, rest, fleet) ?? "leave them out"}; see ${help}` };
    default:
      return { hint: `see ${help}` };
  }
}

function unknownCommand(command: string, fleet: NamedFleet | undefined): Advice {
  const list = "fleet --help lists the commands";
  const habit = habitOf(command);
  if (habit !== undefined) return { hint: inWords(habit) };
  if (isFleetFile(command)) return { hint: `name a command: fleet plan -f ${command}; ${list}` };
  if (command.startsWith("-")) return { hint: list };
  const known = fleet?.agents.get(command)?.[0];
  if (known !== undefined) return { hint: `"${command}" is an agent: fleet status ${command}; ${list}` };
  const guess = suggest(command, proposable);
  return { hint: guess === undefined ? list : `did you mean fleet ${guess}? ${list}` };
}

function inWords(habit: Habit): string {
  switch (habit.kind) {
    case "command":
      return habit.does === undefined ? `use ${habit.use}` : `use ${habit.use}, which ${habit.does}`;
    case "words":
      return habit.say;
  }
}

function unknownOption({ message, words, options }: UsageMistake, help: string): Advice {
  const [command = ""] = words;
  const given = /'(?<option>[^']*)'/.exec(message)?.groups?.["option"] ?? "";
  // `-target=x` and `-detailed-exitcode`, as terraform takes them.
  const option = given.replace(/=.*/s, "");
  const long = /^-[a-z][\w-]+$/i.test(option) ? `-${option}` : option;
  if (long !== option && options.includes(long))
    return { hint: `write it with two dashes: ${long}; see ${help}` };
  if (command.startsWith("-")) {
    return {
      hint: `write an option of one command after it: fleet COMMAND ${given}; fleet --help lists the commands`,
    };
  }
  const habit = optionHabit(command, option) ?? optionHabit(command, long);
  if (habit !== undefined) return { hint: `${habit}; see ${help}` };
  const guess = suggest(long, options);
  return { hint: guess === undefined ? `see ${help}` : `did you mean ${guess}? See ${help}` };
}

/** The hints for commands whose first argument is no agent, each with a command line that can be typed. */
const missingHints: ReadonlyMap<string, (help: string) => string> = new Map<string, (help: string) => string>(
  [
    ["completion", () => "name the shell: fleet completion bash, zsh or fish"],
    [
      "explain",
      (help) => `name a preset: fleet explain preset ${listInSentence(presetNames, "or")}; see ${help}`,
    ],
    ["hooks", (help) => `say what, and for which program: fleet hooks show codex; see ${help}`],
    [
      "rollback",
      (help) => `name a state of fleet history, or a commit: fleet rollback REVISION; see ${help}`,
    ],
    ["sandbox", () => "name the command after --: fleet sandbox -- bash"],
    ["source", (help) => `say what: fleet source status; see ${help}`],
    ["worktree", (help) => `say what: fleet worktree list, or fleet worktree prune; see ${help}`],
  ],
);

function missingArgument(words: readonly string[], fleet: NamedFleet | undefined, help: string): Advice {
  const [command = "", agent] = words;
  const known = missingHints.get(command);
  if (known !== undefined) return { hint: known(help) };
  if (command === "exec") {
    const example = agent === undefined ? exampleFor(command, fleet) : `fleet exec ${agent}`;
    const missing = agent === undefined ? "an agent and a program" : "a program";
    return { hint: `name ${missing}: ${example} git status, or ${example} bash; see ${help}` };
  }
  return {
    ...agentNamesDetail(command, fleet),
    hint: `name the agents: ${exampleFor(command, fleet)}${several(command)}; see ${help}`,
  };
}

/** Returns the ways to select several agents. */
function several(command: string): string {
  return command === "why" ? "" : ", or select them with -l or --all";
}

function exampleFor(command: string, fleet: NamedFleet | undefined, agent?: string): string {
  const [first] = fleet?.agents.keys() ?? [];
  return `fleet ${command} ${agent ?? first ?? "AGENT"}`;
}

function agentNamesDetail(_command: string, fleet: NamedFleet | undefined): { readonly detail?: string } {
  if (fleet === undefined || fleet.agents.size === 0) return {};
  const names = [...fleet.agents].map(([entry, instances]) =>
    instances.length === 1 && instances[0] === entry
      ? entry
      : `${entry} (${instances[0]} to ${instances.at(-1)})`,
  );
  return { detail: `The agents here are ${listInSentence(names, "and", 12)}.` };
}

function excessHint(
  command: string,
  rest: readonly string[],
  fleet: NamedFleet | undefined,
): string | undefined {
  const file = rest.find((word) => !word.startsWith("-") && isFleetFile(word));
  if (file !== undefined) return `name the file with -f: fleet ${command} -f ${file}`;
  const agent = rest.find((word) => fleet?.agents.has(word));
  if (command === "why") return `it explains one agent at a time: ${exampleFor(command, fleet, agent)}`;
  if (command === "destroy") {
    return `it removes the whole fleet; to remove one agent, remove it from fleet.yaml and run fleet apply ${agent ?? "AGENT"}`;
  }
  return agent === undefined ? undefined : `it is about the whole fleet, not about ${agent}`;
}
