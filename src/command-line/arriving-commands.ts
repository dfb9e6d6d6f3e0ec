import { Option } from "commander";
import type { CommonFlags, ImportFlags } from "../commands/shared/flags.ts";
import { formats } from "../import/format-names.ts";
import type { Declarations } from "./options.ts";

/** Commands that write a fleet.yaml, and touch no agent. */
export const arrivingCommands: Declarations = {
  import(command, run) {
    command
      .argument("<file...>", "files of other tools")
      .description("print files of tmuxp, Procfile and others as a fleet.yaml; runs no code")
      .addOption(
        new Option("--from <format>", "the format of the files (default: by name and keys)").choices(formats),
      )
      .addOption(
        new Option("--per <part>", "the part of a session that becomes an agent")
          .choices(["auto", "session", "window", "pane"])
          .default("auto"),
      )
      .option("--into <path>", "add the agents to this fleet.yaml, and keep the rest of it byte for byte")
      .option("--no-color", "no colours; NO_COLOR does the same")
      .option("-q, --quiet", "print problems only, and no summary")
      .action((files: string[], flags: CommonFlags & ImportFlags) =>
        run(flags, async (context) =>
          (await import("../commands/import/import.ts")).importCommand(context, files, flags),
        ),
      );
  },
};
