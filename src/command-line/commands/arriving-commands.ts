import { Argument, Option } from "commander";
import type { CommonFlags, HooksFlags, ImportFlags, InitFlags } from "../../commands/shared/flags.ts";
import { formats } from "../../import/format-names.ts";
import { runtimeNames } from "../../runtimes/known-runtimes.ts";
import type { Declarations } from "../options.ts";

const hooksActions = ["show", "install", "remove"] as const;

/** Commands that write a fleet.yaml or another file of a person, and touch no agent. */
export const arrivingCommands: Declarations = {
  init(command, run) {
    command
      .description("write a fleet.yaml for this machine, with comments; never overwrites a file")
      .option("-f, --file <path>", "the file to write (default: ./fleet.yaml)")
      .addOption(
        new Option(
          "--runtime <name>",
          "the program of the agents (default: the first installed one)",
        ).choices([...runtimeNames, "shell"]),
      )
      .addOption(new Option("--command <line>", "a line for sh, instead of a runtime").conflicts("runtime"))
      .option("--agents <list>", "names, each with replicas or without: planner,coder=3 (default: coder)")
      .option("--workdir <folder>", "the folder in which they work (default: the current one)")
      .option("--name <name>", "the name of the fleet (default: mosaic, if no other fleet has it)")
      .option("-y, --yes", "ask nothing; the same without a terminal")
      .option("--print", "print the text, and write nothing")
      .option("--no-color", "no colours; NO_COLOR does the same")
      .option("-q, --quiet", "print problems only")
      .action((flags: CommonFlags & InitFlags) =>
        run(flags, async (context) =>
          (await import("../../commands/init/init.ts")).initCommand(context, flags),
        ),
      );
  },
  import(command, run) {
    command
      .argument("[file...]", "files of other tools")
      .description("print files of tmuxp, Procfile and others as a fleet.yaml; runs no code")
      .addOption(
        new Option("--from <format>", "the format of the files (default: by name and keys)").choices(formats),
      )
      .addOption(
        new Option("--per <part>", "the part of a session that becomes an agent")
          .choices(["auto", "session", "window", "pane"])
          .default("auto"),
      )
      .option("--running", "read the sessions of a tmux server and the units made by hand, instead of files")
      .option("--socket <name>", "the tmux socket for --running (default: default)")
      .option("--into <path>", "add the agents to this fleet.yaml, and keep the rest of it byte for byte")
      .option("--no-color", "no colours; NO_COLOR does the same")
      .option("-q, --quiet", "print problems only, and no summary")
      .action((files: string[], flags: CommonFlags & ImportFlags) => {
        if (flags.running === true && files.length > 0) command.error("error: --running takes no files");
        if (flags.running !== true && files.length === 0)
          command.error("error: missing required argument 'file'");
        return run(flags, async (context) =>
          flags.running === true
            ? (await import("../../commands/import/import-running.ts")).importRunning(context, flags)
            : (await import("../../commands/import/import.ts")).importCommand(context, files, flags),
        );
      });
  },
  hooks(command, run) {
    command
      .addArgument(
        new Argument("<what>", "show them, add them to your file, or take them back").choices(hooksActions),
      )
      .argument("<program>", "the program: codex")
      .description("hooks that a program runs only from a file of your own")
      .option("-y, --yes", "do not ask")
      .option("--no-color", "no colours; NO_COLOR does the same")
      .option("-q, --quiet", "print problems only")
      .addHelpText("after", hooksHelp)
      .action((what: (typeof hooksActions)[number], name: string, flags: CommonFlags & HooksFlags) =>
        run(flags, async (context) =>
          (await import("../../commands/hooks.ts")).hooksCommand(context, what, name, flags),
        ),
      );
  },
};

const hooksHelp = `
  fleet hooks show codex           the hooks, and if they are in your file
  fleet hooks install codex        shows the change of ~/.codex/hooks.json, asks, and writes it
  fleet hooks remove codex         the same way back
Presets add all other hooks to each start of an agent, and touch no file of yours.`;
