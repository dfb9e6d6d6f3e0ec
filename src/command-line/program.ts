import { Command } from "commander";
import { fold } from "../report/terminal/fit/fold.ts";
import { keptHelpWidth, outputColumns } from "../report/terminal/output-columns.ts";
import { print } from "../report/terminal/print.ts";
import { version } from "../desired/version.ts";
import { arrivingCommands } from "./commands/arriving-commands.ts";
import { changingCommands } from "./commands/changing-commands.ts";
import { historyCommands } from "./commands/history-commands.ts";
import { helpingCommands } from "./commands/helping-commands.ts";
import { refuseSecondValues } from "./refuse-second-values.ts";
import type { Declarations, RunCommand } from "./options.ts";
import { readingCommands } from "./commands/reading-commands.ts";
import { talkingCommands } from "./commands/talking-commands.ts";
import { viewingCommands } from "./commands/viewing-commands.ts";
import { repositoryCommands } from "./commands/repository-commands.ts";

const declarations: Declarations = {
  ...readingCommands,
  ...viewingCommands,
  ...historyCommands,
  ...talkingCommands,
  ...changingCommands,
  ...repositoryCommands,
  ...arrivingCommands,
  ...helpingCommands,
};

/** Returns true for the name of a command. */
export function isCommand(word: string): boolean {
  return Object.hasOwn(declarations, word);
}

/**
 * Returns commander's program. `first` is the first word of the command line: if it names a command, the
 * others are not declared, because declaring all takes as long as loading commander.
 */
export function program(first: string | undefined, run: RunCommand): Command {
  const root = new Command("fleet")
    .configureOutput({
      writeOut: (text) => print("stdout", foldedHelp(text)),
      writeErr: (text) => print("stderr", text),
      // Commander throws errors, and reportUsage prints them in the common form.
      outputError: () => undefined,
    })
    // The build keeps the text of this width, for terminals that have it.
    .configureHelp({ helpWidth: Math.min(keptHelpWidth, outputColumns()), minWidthToWrap: 20 })
    .description("Keeps a fleet of long-running agents, on systemd and tmux, as fleet.yaml says.")
    .version(version, "-V, --version")
    .helpCommand(false)
    .exitOverride()
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .addHelpText("after", helpFooter);
  const isNamed = first !== undefined && isCommand(first);
  for (const [name, declare] of Object.entries(declarations)) {
    if (isNamed && name !== first) continue;
    const command = root.command(name);
    declare(command, run);
    refuseSecondValues(command);
  }
  return root;
}

/** Returns the options with a value, short and long, of all declared commands. */
export function optionsWithValue(root: Command): ReadonlySet<string> {
  const options = root.commands.flatMap((command) => command.options).filter(({ required }) => required);
  return new Set(options.flatMap(({ short, long }) => [short, long].filter((name) => name !== undefined)));
}

/** Returns a help for the terminal. Commander folds its own parts only. */
function foldedHelp(text: string): string {
  const width = outputColumns();
  if (width >= keptHelpWidth) return text;
  return text
    .split("\n")
    .flatMap((line) => fold(line, width))
    .join("\n");
}

const helpFooter = `
fleet help COMMAND shows the arguments of a command. An argument that ends in
.yaml is the fleet file: fleet plan x.yaml is fleet plan -f x.yaml.

Exit codes: 0 ok, 1 error, 2 changes pending (plan --detailed-exitcode),
3 a saved plan or snapshot does not fit, 4 applied but agents failed,
5 locked by another run, 6 blocked, 7 hosts not reached (--host),
64 bad usage, 65 invalid fleet.yaml, 124 timed out (wait), 130 interrupted.`;
