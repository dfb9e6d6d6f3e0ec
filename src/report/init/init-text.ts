import type { Starter } from "../../config/writing/starter.ts";
import { runtimeNames, programIn } from "../../runtimes/known-runtimes.ts";
import type { ReachedProgram } from "../../runtimes/unit-path.ts";
import { count, listOf } from "../../text/counting.ts";
import { shellWord } from "../../text/shell-word.ts";
import { firstName } from "./starter-text.ts";

/** Returns the remarks about the programs of a new file. */
export function remarkLines(starter: Starter, reached: ReachedProgram | undefined): readonly string[] {
  const { runtime, isStandIn, path, name } = starter;
  const program = programIn(runtime.command);
  return [
    ...(isStandIn
      ? [
          `No AI agent was found on the PATH (${listOf(runtimeNames)}).`,
          `The agents run a shell, ${program}: name your program in runtimes.`,
        ]
      : []),
    ...(reached === undefined && /^[\w.+-]+$/.test(program)
      ? [`${program} is not on the PATH: install it, or give its full path in runtimes, before fleet apply.`]
      : []),
    ...(reached !== undefined && path !== undefined
      ? [`systemd units do not find ${reached.path}, so the file sets env.PATH.`]
      : []),
    ...(name === undefined ? [] : [`The fleet has the name ${name}.`]),
  ];
}

/** Returns the result of init, and the commands that come next. */
export function nextLines(starter: Starter, file: string, isNamed: boolean): readonly string[] {
  const { agents, runtime } = starter;
  const total = agents.reduce((sum, { replicas }) => sum + (replicas ?? 1), 0);
  const option = isNamed ? ` -f ${shellWord(file)}` : "";
  const [first] = agents;
  const commands = [
    [`fleet plan${option}`, "shows what apply will do"],
    [`fleet apply${option}`, `starts the ${total === 1 ? "agent" : "agents"}`],
    [`fleet attach${option} ${firstName(first)}`, "brings your terminal to it"],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  return [
    `Wrote ${file}: ${count(total, "agent")} with ${runtime.name}. Next:`,
    "",
    ...commands.map(([command, does]) => `  ${command.padEnd(width)}   ${does}`),
  ];
}
