import type { Command, CommanderError } from "commander";
import { noCommand, usageProblem, type NamedFleet } from "./usage-problem.ts";
import { loadFleet } from "../../config/file/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { createOutput, wantsColor } from "../../report/output.ts";
import { localMachine } from "../../system/environment.ts";
import { instancesByEntry } from "../../config/schema/replicas.ts";

/** Reports an error in a command line, and its correction with the names of the existing agents. */
export async function reportUsage(
  { code, message }: CommanderError,
  words: readonly string[],
  root: Command,
  json: boolean,
): Promise<void> {
  const command = root.commands.find((each) => each.name() === words[0]);
  const options = (command ?? root).options.flatMap(({ long }) => (long === undefined ? [] : [long]));
  const fleet = await namedFleet(fileOfWords(words));
  printProblem(usageProblem({ code, message, words, options: [...options, "--help"] }, fleet), json);
}

/** Reports a command line with options but no command. */
export function reportNoCommand(options: readonly string[], json: boolean): void {
  printProblem(noCommand(options), json);
}

function printProblem(problem: Diagnostic, json: boolean): void {
  const color = !process.argv.includes("--no-color") && wantsColor(true);
  createOutput({ json, color, quiet: false, verbose: false }).diagnostics([problem]);
}

/** Returns the value of --file, if an invalid command line has a clear one. */
function fileOfWords(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === "-f" || word === "--file");
  return at === -1
    ? words.find((word) => word.startsWith("--file="))?.slice("--file=".length)
    : words[at + 1];
}

async function namedFleet(path: string | undefined): Promise<NamedFleet | undefined> {
  try {
    const { configHome, cacheHome } = localMachine();
    const loaded = await loadFleet({ path, configHome, cacheHome });
    if (!loaded.ok) return undefined;
    return { agents: instancesByEntry(loaded.value.config.agents) };
  } catch {
    return undefined; // a hint without names is better than none
  }
}
