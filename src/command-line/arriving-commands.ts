import { Option } from "commander";
import type { CommonFlags, ImportFlags, InitFlags } from "../commands/shared/flags.ts";
import { formats } from "../import/format-names.ts";
import { runtimeNames } from "../runtimes/runtime-names.ts";
import type { Declarations } from "./options.ts";

/** Commands that write a fleet.yaml, and touch no agent. */
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
        run(flags, async (context) => (await import("../commands/init/init.ts")).initCommand(context, flags)),
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
            ? (await import("../commands/import/import-running.ts")).importRunning(context, flags)
            : (await import("../commands/import/import.ts")).importCommand(context, files, flags),
        );
      });
  },
};
