import { Option } from "commander";
import type { CommonFlags, SelectionFlags, UiFlags } from "../../commands/shared/flags.ts";
import { withSelection } from "../../commands/shared/with-selection.ts";
import { common, type Declarations } from "../options.ts";
import { refuseNamesWithAll, selecting } from "../selecting.ts";
import { portNumber } from "../option-values.ts";

/** Commands that show the fleet live, and change nothing themselves. */
export const viewingCommands: Declarations = {
  top(command, run) {
    selecting(common(command), "every agent, as without names")
      .description("show the agents live, with keys to attach, restart, stop, read logs")
      .addHelpText("after", topUsage)
      .action((agents: string[], flags: CommonFlags & SelectionFlags) => {
        refuseNamesWithAll(command, agents, flags);
        return run(flags, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../../commands/top/top.ts")).topCommand(context, selection),
          ),
        );
      });
  },
  ui(command, run) {
    common(command, "print the link as one JSON object")
      .description("show the fleet on a page in your browser, live")
      .addOption(
        new Option("--port <number>", "a port of this machine (default: any free one)")
          .argParser(portNumber)
          .conflicts("socket"),
      )
      .option("--socket <path>", "a socket instead of a port, for machines that you share with others")
      .option(
        "--host <hosts>",
        "also show the agents of these hosts, over ssh: names, patterns, LABEL=VALUE, !NAME; or all",
      )
      .option("--control", "the page may also apply, restart, start, stop, suspend, resume and prompt")
      .option("--no-open", "print the link only, and open no browser")
      .addOption(new Option("--install", "serve it as a service: write, enable and start the unit"))
      .addOption(new Option("--uninstall", "stop and remove that service").conflicts("install"))
      .addHelpText("after", uiHelp)
      .action((flags: CommonFlags & UiFlags) => {
        // The command itself runs here.
        const { host: _hosts, ...own } = flags;
        return run(own, async (context) => {
          if (!flags.install && !flags.uninstall)
            return (await import("../../commands/ui/ui.ts")).uiCommand(context, flags);
          const { installUi, uninstallUi } = await import("../../commands/ui/service.ts");
          return flags.install ? installUi(context, flags) : uninstallUi(context);
        });
      });
  },
};

const topUsage = `
Keys: up and down choose an agent, Enter attaches to it, o follows its logs,
w explains its plan, r restarts, x stops, and z suspends or resumes it. These
are the commands of the same names, with their plans, guards and questions.
/ and l show only some agents, s and c change the order and the columns,
? shows all keys, q quits. It needs a terminal.`;

const uiHelp = `
The page is on 127.0.0.1 alone. Its link works once, and logs in one browser for
12 hours. From another machine: ssh -L 7777:127.0.0.1:7777 HOST, with --port 7777
here. Nothing is observed while no page is open. Without --control, the page
changes nothing. With it, each change is a plan and a question first, carried
out by the commands of the same names, with their guards. With --install,
systemd serves the page at each boot, and fleet ui prints a link to it.`;
