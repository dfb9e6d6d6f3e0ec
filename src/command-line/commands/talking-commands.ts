import { Option } from "commander";
import type { CommonFlags, KeysFlags, SendFlags } from "../../commands/shared/flags.ts";
import { withSelection } from "../../commands/shared/with-selection.ts";
import { afterDashes } from "../after-dashes.ts";
import { common, reachingHosts, type Declarations } from "../options.ts";
import { selecting } from "../selecting.ts";

/** Commands that put something into the terminals of agents. */
export const talkingCommands: Declarations = {
  send(command, run) {
    selecting(
      reachingHosts(common(command)),
      "every agent",
      "an agent and then the text, or several agents and -- before it",
    )
      .usage("[options] AGENT TEXT | AGENT... -- TEXT | AGENT... -F FILE")
      .description("give a text to agents as if you had pasted it, and press Enter")
      .option("-F, --text-file <file>", "the text of a file; - for standard input")
      .option("--no-enter", "leave the text in the input line")
      .option("--raw", "keep line feeds at the end of the text")
      .option("--force", "send it even if the agent asks a question, or holds a draft")
      .addOption(
        new Option("-o, --output <form>", "json, as --json, or jsonl for a line as soon as an agent is done")
          .choices(["json", "jsonl"])
          .conflicts("json"),
      )
      .addHelpText("after", sendHelp)
      .action((given: string[], flags: CommonFlags & SendFlags) => {
        const { before, after } = afterDashes(command, given);
        const json = flags.json ?? flags.output !== undefined;
        return run({ ...flags, json }, (context) =>
          withSelection(context, [], flags, async ({ labels }) =>
            (await import("../../commands/send/send.ts")).sendCommand(
              context,
              { words: before, afterDashes: after },
              labels,
              flags,
            ),
          ),
        );
      });
  },
  keys(command, run) {
    selecting(
      reachingHosts(common(command)),
      "every agent",
      "an agent and then the keys, or several agents and -- before them",
    )
      .usage("[options] AGENT KEY... | AGENT... -- KEY...")
      .description("press keys in the terminals of agents: C-c, Escape, Up, y")
      .option("--force", "leave copy mode before, which would take the keys")
      .addOption(new Option("-o, --output <form>", "json, as --json").choices(["json"]).conflicts("json"))
      .addHelpText("after", keysHelp)
      .action((given: string[], flags: CommonFlags & KeysFlags) => {
        const { before, after } = afterDashes(command, given);
        const json = flags.json ?? flags.output === "json";
        return run({ ...flags, json }, (context) =>
          withSelection(context, [], flags, async ({ labels }) =>
            (await import("../../commands/send/keys.ts")).keysCommand(
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

const keysHelp = `
  fleet keys coder C-c                interrupt it
  fleet keys coder Down Down Enter    choose the third line of a menu
  fleet keys --all -- Escape          or -l LABELS
Keys have the names of tmux: Enter, Escape, Tab, BTab, Space, BSpace, Up, Down,
Left, Right, Home, End, PageUp, PageDown, Insert, Delete, F1 to F12, and single
characters. C-, M- and S- before a key are Ctrl, Alt and Shift. All names are
checked before the first key is pressed.`;

const sendHelp = `
  fleet send coder 'run the tests'           the first word is the agent
  fleet send coder reviewer -- stop here     the words after -- are the text
  fleet send --all 'commit your work'        or -l LABELS
  fleet send 'coder-*' -F task.md            a file
  git diff | fleet send reviewer             standard input
  fleet send --host all --all -F task.md     agents of other machines
Each agent gets a line: delivered if its screen shows the text, unconfirmed if
not, or not delivered with the reason. Nothing is ever sent twice. The exit code
is 0 if all are delivered, 1 if one is unconfirmed, 4 if one is not delivered,
and 6 if one asks a question or holds a draft (on a terminal you are asked).`;
