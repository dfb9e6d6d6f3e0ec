import { Option } from "commander";
import type { CommonFlags, SendFlags } from "../commands/shared/flags.ts";
import { withSelection } from "../commands/shared/with-selection.ts";
import { afterDashes } from "./after-dashes.ts";
import { common, type Declarations } from "./options.ts";
import { selecting } from "./selecting.ts";

/** Commands that put something into the terminals of agents. */
export const talkingCommands: Declarations = {
  send(command, run) {
    selecting(
      common(command),
      "every agent",
      "an agent and then the text, or several agents and -- before it",
    )
      .usage("[options] AGENT TEXT | AGENT... -- TEXT | AGENT... -F FILE")
      .description("give a text to agents as if you had pasted it, and press Enter")
      .option("-F, --text-file <file>", "the text of a file; - for standard input")
      .option("--no-enter", "leave the text in the input line")
      .option("--raw", "keep line feeds at the end of the text")
      .option("--force", "send it even if the agent asks a question, or holds a draft")
      .addOption(new Option("-o, --output <form>", "json, as --json").choices(["json"]).conflicts("json"))
      .addHelpText("after", sendHelp)
      .action((given: string[], flags: CommonFlags & SendFlags) => {
        const { before, after } = afterDashes(command, given);
        const json = flags.json ?? flags.output === "json";
        return run({ ...flags, json }, (context) =>
          withSelection(context, [], flags, async ({ labels }) =>
            (await import("../commands/send/send.ts")).sendCommand(
              context,
              { words: before, afterDashes: after },
              labels,
              flags,
            ),
          ),
        );
      });
  },
};

const sendHelp = `
  fleet send coder 'run the tests'           the first word is the agent
  fleet send coder reviewer -- stop here     the words after -- are the text
  fleet send --all 'commit your work'        or -l LABELS
  fleet send 'coder-*' -F task.md            a file
  git diff | fleet send reviewer             standard input
Each agent gets a line: delivered if its screen shows the text, unconfirmed if
not, or not delivered with the reason. Nothing is ever sent twice. The exit code
is 0 if all are delivered, 1 if one is unconfirmed, 4 if one is not delivered,
and 6 if one asks a question or holds a draft (on a terminal you are asked).`;
