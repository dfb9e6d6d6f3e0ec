import { Argument } from "commander";
import type { Declarations } from "./options.ts";
import type { Shell } from "../commands/completion.ts";

/** Commands that print something for another program, and read no fleet. */
export const helpingCommands: Declarations = {
  completion(command, run) {
    command
      .addArgument(new Argument("<shell>", "the shell of the script").choices(["bash", "zsh", "fish"]))
      .description("print a script that completes fleet's words in a shell")
      .addHelpText("after", installLines)
      .action((shell: Shell) =>
        run({}, async (context) =>
          (await import("../commands/completion.ts")).completionCommand(context, shell),
        ),
      );
  },
};

const installLines = `
One of these lines at the end of your shell's own file switches it on:
  eval "$(fleet completion bash)"        in ~/.bashrc
  eval "$(fleet completion zsh)"         in ~/.zshrc, after compinit
  fleet completion fish | source         in ~/.config/fish/config.fish`;
