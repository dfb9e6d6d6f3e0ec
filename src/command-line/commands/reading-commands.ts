import { Option } from "commander";
import type {
  WaitFlags,
  GraphFlags,
  CommonFlags,
  LogsFlags,
  RenderFlags,
  PlanFlags,
  AttachFlags,
  StatusFlags,
} from "../../commands/shared/flags.ts";
import type { ExecFlags } from "../../commands/exec/exec-flags.ts";
import { parseDurationOption, wholeNumberOption } from "../option-values.ts";
import { formatChoices, jsonFormats } from "../../commands/shared/plan-formats.ts";
import type { Context } from "../../commands/shared/context.ts";
import { activityStates } from "../../activity/activity.ts";
import { columnList, sortKeys } from "../../report/table/column-names.ts";
import { fold } from "../../report/terminal/fit/fold.ts";
import { withSelection } from "../../commands/shared/with-selection.ts";
import { demandSelection, refuseNamesWithAll, selecting } from "../selecting.ts";
import { common, commonWithFollow, reachingHosts, planOptions, type Declarations } from "../options.ts";

/** Commands that change nothing, in the order of the help. */
export const readingCommands: Declarations = {
  validate(command, run) {
    common(command)
      .description("check fleet.yaml, and report all its errors at once")
      .option("--units", "also verify the generated units with systemd-analyze")
      .action((flags: CommonFlags & { readonly units?: boolean }) =>
        run(flags, async (context) =>
          flags.units
            ? (await import("../../commands/validate-units.ts")).validateUnitsCommand(context)
            : (await import("../../commands/validate.ts")).validateCommand(context),
        ),
      );
  },
  plan(command, run) {
    planOptions(command)
      .description("show what apply would do; changes nothing")
      .addOption(new Option("--out <file>", "also save the plan, for fleet apply <file>").conflicts("rev"))
      .addOption(
        new Option("--format <format>", "how to show it: github for annotations in a workflow").choices(
          formatChoices,
        ),
      )
      .action((agents: string[], flags: CommonFlags & PlanFlags) => {
        refuseNamesWithAll(command, agents, flags);
        const json = flags.json ?? jsonFormats.includes(flags.format ?? "text");
        return run({ ...flags, json }, (given) =>
          runInRevision(given, flags.rev, (context) =>
            withSelection(context, agents, flags, async (selection) =>
              (await import("../../commands/plan/plan.ts")).planCommand(context, selection, flags),
            ),
          ),
        );
      });
  },
  diff(command, run) {
    planOptions(command, "names or patterns of agents; before them, a revision as for --rev")
      .description("show the plan with all its changes to files")
      .action((agents: string[], flags: CommonFlags & PlanFlags) => {
        refuseNamesWithAll(command, agents, flags);
        return run(flags, async (given) => {
          const { revisionIn } = await import("../../commands/history/revision-argument.ts");
          const { rev, names } = await revisionIn(agents, flags.rev, given);
          return runInRevision(given, rev, (context) =>
            withSelection(context, names, flags, async (selection) =>
              (await import("../../commands/plan/plan.ts")).planCommand(context, selection, {
                ...flags,
                format: "diff",
              }),
            ),
          );
        });
      });
  },
  why(command, run) {
    reachingHosts(common(command))
      .argument("<agent>", "which agent")
      .description("explain the plan of an agent, starting with its line in fleet.yaml")
      .action((agent: string, flags: CommonFlags) =>
        run(flags, async (context) => (await import("../../commands/why.ts")).whyCommand(context, agent)),
      );
  },
  status(command, run) {
    selecting(reachingHosts(common(command)), "every agent, as without names")
      .description("show the declared agents, their state and waiting changes")
      .addOption(
        new Option("-o, --output <form>", "wide for every column; json, yaml, or name for names only")
          .choices(["wide", "json", "yaml", "name"])
          .conflicts("json"),
      )
      .option(
        "--sort <order>",
        sortKeys.map((key, index) => (index === 0 ? `${key} (default)` : key)).join(", "),
      )
      .addOption(
        new Option("-w, --watch", "show it again after each change, until Ctrl-C").conflicts([
          "json",
          "quiet",
        ]),
      )
      .option("--activity <list>", `only agents that do this: ${activityStates.join(", ")}`)
      .addOption(new Option("--columns <list>", "only these columns, see below").conflicts("output"))
      .addHelpText("after", statusHelp)
      .action((agents: string[], flags: CommonFlags & StatusFlags) => {
        refuseNamesWithAll(command, agents, flags);
        if (flags.watch && flags.output !== undefined && flags.output !== "wide") {
          command.error(`error: option '--watch' contradicts --output ${flags.output}`);
        }
        const json = flags.json ?? flags.output === "json";
        return run({ ...flags, json }, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../../commands/status/status.ts")).statusCommand(context, selection, flags),
          ),
        );
      });
  },
  graph(command, run) {
    selecting(common(command), "every agent, as without names")
      .description("draw the agents, the order of their starts, and their states")
      .addOption(
        new Option("--format <format>", "a tree, or text for a program that draws (default: text)")
          .choices(["text", "mermaid", "dot"])
          .conflicts("json"),
      )
      .option("--offline", "show fleet.yaml alone, without systemd and tmux")
      .action((agents: string[], flags: CommonFlags & GraphFlags) => {
        refuseNamesWithAll(command, agents, flags);
        return run(flags, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../../commands/graph.ts")).graphCommand(context, selection, flags),
          ),
        );
      });
  },
  logs(command, run) {
    selecting(
      reachingHosts(commonWithFollow(command), "raw"),
      "every agent, as without names",
      "names, patterns such as 'worker-*', or AGENT:WINDOW for a window next to it",
    )
      .description("print what agents printed, and what systemd says of their units")
      .option("-f, --follow", "go on with new lines until Ctrl-C, across restarts")
      .option("-n, --lines <number>", "lines of each agent (100, and 10 of its unit)", wholeNumberOption)
      .option("--since <time>", "only what is newer: 30m, 18:00, yesterday")
      .option("-t, --timestamps", "the time of each line, as far as it is known")
      .addOption(
        new Option("-p, --previous", "the last screen of the last run that failed").conflicts([
          "follow",
          "since",
          "unit",
        ]),
      )
      .addOption(new Option("--raw", "the bytes of the log files, as they are").conflicts(notRaw))
      .addOption(new Option("--pane", "only what the agents printed").conflicts("unit"))
      .addOption(new Option("--unit", "only the messages of the units"))
      .action((agents: string[], flags: CommonFlags & LogsFlags) => {
        refuseNamesWithAll(command, agents, flags);
        return run(flags, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../../commands/logs/logs.ts")).logsOf(context, selection, flags),
          ),
        );
      });
  },
  attach(command, run) {
    selecting(
      reachingHosts(common(command), "json"),
      "choose among all agents, as without names",
      "the agent, or AGENT:WINDOW for a window next to it; several to choose among them",
    )
      .description("bring this terminal to an agent, until you detach")
      .option("-r, --read-only", "look only: no key reaches the agent")
      .action((agents: string[], flags: CommonFlags & AttachFlags) => {
        refuseNamesWithAll(command, agents, flags);
        return run(flags, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../../commands/attach/attach.ts")).attachCommand(context, selection, flags),
          ),
        );
      });
  },
  exec(command, run) {
    reachingHosts(common(command, "print problems as one JSON object"))
      .argument("<agent>", "the agent")
      .argument("<command...>", "a program and its arguments; options after the agent are its own")
      .passThroughOptions()
      .description("run a program in the environment, folder and limits of a running agent")
      .option("-T, --no-tty", "no terminal for the program; the same without one on both ends")
      .addHelpText("after", execHelp)
      .action((agent: string, words: string[], flags: CommonFlags & ExecFlags) =>
        run(flags, async (context) =>
          (await import("../../commands/exec/exec.ts")).execCommand(
            context,
            { names: [agent] },
            words,
            flags,
          ),
        ),
      );
  },
  wait(command, run) {
    selecting(reachingHosts(common(command), "any"), "every agent")
      .description("wait until agents are idle, wait for a person, run or have ended")
      .option("--activity <list>", "working, waiting, idle, limited (default: idle)")
      .addOption(
        new Option("--state <state>", "instead of an activity")
          .choices(["running", "ended"])
          .conflicts("activity"),
      )
      .option("--timeout <duration>", "give up after this time, with exit code 124", parseDurationOption)
      .option("--hold <duration>", "how long it must last (1s for idle, 0s for others)", parseDurationOption)
      .option("--any", "until one of the agents has it (default: all)")
      .action((agents: string[], flags: CommonFlags & WaitFlags) => {
        refuseNamesWithAll(command, agents, flags);
        demandSelection(command, agents, flags);
        return run(flags, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../../commands/wait/wait.ts")).waitCommand(context, selection, flags),
          ),
        );
      });
  },
  snapshot(command, run) {
    reachingHosts(common(command))
      .description("print the observed state as JSON, for plan --against elsewhere")
      .action((flags: CommonFlags) =>
        run(flags, async (context) => (await import("../../commands/snapshot.ts")).snapshotCommand(context)),
      );
  },
  render(command, run) {
    common(command)
      .description("write all files of the fleet into a folder, to read or to use without this tool")
      .requiredOption("--out <folder>", "a separate folder with the layout of ~/.config")
      .addHelpText("after", renderHelp)
      .action((flags: CommonFlags & RenderFlags) =>
        run(flags, async (context) =>
          (await import("../../commands/render.ts")).renderCommand(context, flags),
        ),
      );
  },
  schema(command, run) {
    command
      .description("print the JSON Schema of fleet.yaml")
      .action(() =>
        run({}, async (context) => (await import("../../commands/schema.ts")).schemaCommand(context)),
      );
  },
};

/** Runs a command for the texts of a revision, if there is one. */
async function runInRevision(
  context: Context,
  rev: string | undefined,
  command: (context: Context) => Promise<number>,
): Promise<number> {
  if (rev === undefined) return command(context);
  return (await import("../../commands/history/with-revision.ts")).withRevision(context, rev, command);
}

const renderHelp = `
Env files contain the values of env in fleet.yaml, also secrets, but no values of envFiles.
They are mode 0600: keep them so, and out of repositories that others can read.`;

const statusHelp = `
${fold(`Columns: ${columnList()}.`, 80).join("\n")}
A narrow terminal leaves out columns; a wide one has room for last.
With -q nothing is printed, and the exit code is 4 if a selected agent should
run and does not.`;

/** Options of `fleet logs` to choose or form lines: they contradict bytes. */
const notRaw = ["json", "pane", "previous", "since", "timestamps", "unit"];

const execHelp = `
The program has the variables of the agent's process, its working directory and
its control group: its memory counts as the agent's, and it ends with the agent.
The exit status is that of the program; 126 or 127 if it could not be run.`;
