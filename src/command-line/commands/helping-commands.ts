import { Argument } from "commander";
import type { CommonFlags } from "../../commands/shared/flags.ts";
import { presetNames } from "../../runtimes/preset-names.ts";
import type { Declarations } from "../options.ts";
import type { Shell } from "../../commands/completion.ts";

/** Commands without a fleet, which only print something. */
export const helpingCommands: Declarations = {
  explain(command, run) {
    command
      .addArgument(new Argument("<topic>", "what to explain").choices(["preset"]))
      .argument("<name>", `its name: ${presetNames.join(", ")}`)
      .option("--json", "print one JSON object")
      .option("--no-color", "no colours; NO_COLOR does the same")
      .description("show a preset: how a program runs, and how to know what it does")
      .action((_topic: string, name: string, flags: CommonFlags) =>
        run(flags, async (context) =>
          (await import("../../commands/explain.ts")).explainCommand(context, name),
        ),
      );
  },
  completion(command, run) {
    command
      .addArgument(new Argument("<shell>", "the shell of the script").choices(["bash", "zsh", "fish"]))
      .description("print a script that completes fleet's words in a shell")
      .addHelpText("after", installLines)
      .action((shell: Shell) =>
        run({}, async (context) =>
          (await import("../../commands/completion.ts")).completionCommand(context, shell),
        ),
      );
  },
};

const installLines = `
One of these lines at the end of your shell's own file switches it on:
  eval "$(fleet completion bash)"        in ~/.bashrc
  eval "$(fleet completion zsh)"         in ~/.zshrc, after compinit
  fleet completion fish | source         in ~/.config/fish/config.fish`;
