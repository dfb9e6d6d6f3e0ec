import { Option } from "commander";
import type { CommonFlags, EventsFlags, HistoryFlags, RollbackFlags } from "../../commands/shared/flags.ts";
import { withSelection } from "../../commands/shared/with-selection.ts";
import { allowing, common, commonWithFollow, reachingHosts, writing, type Declarations } from "../options.ts";
import { refuseNamesWithAll, selecting } from "../selecting.ts";
import { wholeNumberOption } from "../option-values.ts";

/** Commands about the past of a fleet, in the order of the help. */
export const historyCommands: Declarations = {
  events(command, run) {
    selecting(
      reachingHosts(commonWithFollow(command, "print one JSON object, or with -f one on each line")),
      "every agent, as without names",
    )
      .description("show what has happened: applies, starts, failures, fixed drift")
      .option("-f, --follow", "go on with new events until Ctrl-C")
      .option("-n, --lines <number>", "the last events (50, or all with --since)", wholeNumberOption)
      .option("--since <time>", "events since then: 30m, 18:00, yesterday")
      .option("--until <time>", "events until then")
      .addOption(
        new Option("-o, --output <form>", "json for one object, jsonl for one on each line")
          .choices(["json", "jsonl"])
          .conflicts("json"),
      )
      .action((agents: string[], flags: CommonFlags & EventsFlags) => {
        refuseNamesWithAll(command, agents, flags);
        const json = flags.json ?? flags.output !== undefined;
        return run({ ...flags, json }, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../../commands/events/events.ts")).eventsCommand(context, selection, flags),
          ),
        );
      });
  },
  history(command, run) {
    selecting(reachingHosts(common(command)), "every agent, as without names")
      .description("list the applies that changed something, and their states of fleet.yaml")
      .option("-n, --lines <number>", "the last runs (20)", wholeNumberOption)
      .action((agents: string[], flags: CommonFlags & HistoryFlags) => {
        refuseNamesWithAll(command, agents, flags);
        return run(flags, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../../commands/history/history.ts")).historyCommand(context, selection, flags),
          ),
        );
      });
  },
  rollback(command, run) {
    reachingHosts(writing(command))
      .argument("<revision>", "a state of fleet history, or a commit with fleet.yaml")
      .description("write fleet.yaml as it was, and apply it")
      .option("-y, --yes", "do not ask")
      .addOption(new Option("--dry-run", "only show what it would do").conflicts("yes"));
    allowing(command)
      .addHelpText("after", rollbackHelp)
      .action((revision: string, flags: CommonFlags & RollbackFlags) =>
        run(flags, async (context) =>
          (await import("../../commands/history/rollback.ts")).rollbackCommand(context, revision, flags),
        ),
      );
  },
};

const rollbackHelp = `
fleet history lists the states. fleet.yaml and the files that it includes get
their text of then, after your consent, and the replaced files are kept.
Everything else of fleet.yaml's folder stays as it is, also in Git.`;
