import { Command } from "commander";
import { print } from "../report/print.ts";
import { version } from "../system/version.ts";
import { changingCommands } from "./changing-commands.ts";
import { refuseSecondValues } from "./given-once.ts";
import type { Declarations, Run } from "./options.ts";
import { readingCommands } from "./reading-commands.ts";

const declarations: Declarations = { ...readingCommands, ...changingCommands };

/**
 * What commander reads the command line with. `first` is the first word of that: if it names a command, the others are
 * not declared, for to declare them all takes as long as loading commander.
 */
export function program(first: string | undefined, json: boolean, run: Run): Command {
  const root = new Command("fleet")
    .configureOutput({
      writeOut: (text) => print("stdout", text),
      writeErr: json ? () => undefined : (text) => print("stderr", text),
    })
    // The same text on every terminal, for the build keeps it.
    .configureHelp({ helpWidth: 80 })
    .description("Keeps a fleet of long-running agents, on systemd and tmux, as fleet.yaml says.")
    .version(version, "-V, --version")
    .helpCommand(false)
    .exitOverride()
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpText("after", helpFooter);
  const isNamed = first !== undefined && Object.hasOwn(declarations, first);
  for (const [name, declare] of Object.entries(declarations)) {
    if (isNamed && name !== first) continue;
    const command = root.command(name);
    declare(command, run);
    refuseSecondValues(command);
  }
  return root;
}

const helpFooter = `
Exit codes: 0 ok, 1 error, 2 changes pending (plan --detailed-exitcode),
3 a saved plan or snapshot does not fit, 4 applied but agents failed,
5 locked by another run, 6 blocked, 64 bad usage, 65 invalid fleet.yaml,
130 interrupted.`;
