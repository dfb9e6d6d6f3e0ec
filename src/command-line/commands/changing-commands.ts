import { Option } from "commander";
import type {
  WatchFlags,
  ApplyFlags,
  McpFlags,
  SuspendFlags,
  CommonFlags,
  DestroyFlags,
  DoctorFlags,
  SelectionFlags,
  LockFlags,
} from "../../commands/shared/flags.ts";
import { clientNames } from "../../mcp/client-names.ts";
import { checkNames } from "../../doctor/finding.ts";
import { allowancesOf } from "../../plan/allowances.ts";
import { metricsPlaceOption, parseDurationOption, parseResyncOption } from "../option-values.ts";
import { withSelection } from "../../commands/shared/with-selection.ts";
import { demandSelection, refuseNamesWithAll, selecting } from "../selecting.ts";
import {
  allowing,
  common,
  reachingHosts,
  lockOptions,
  writing,
  type Declaration,
  type Declarations,
} from "../options.ts";

/** Commands that write, start or stop, in the order of the help. */
export const changingCommands: Declarations = {
  apply(command, run) {
    selecting(
      reachingHosts(writing(command)),
      "every agent, as without names",
      "names or patterns of the agents to apply alone, or a saved plan to apply",
    )
      .description("bring the machine in line with fleet.yaml, then verify")
      .option("-y, --yes", "do not ask");
    allowing(command)
      .option(
        "--wait-idle <duration>",
        "then wait up to this long for busy agents, and continue with each once it is idle",
        parseDurationOption,
      )
      .action((agents: string[], flags: CommonFlags & ApplyFlags) => {
        if (isPath(agents[0])) {
          // Its hosts are those of the plan.
          const { host: _host, ...own } = flags;
          return run({ ...own, isWithPlan: true }, async (context) =>
            (await import("../../commands/hosts/saved/apply-plan-file.ts")).applyPlanFile(
              context,
              agents,
              flags,
            ),
          );
        }
        refuseNamesWithAll(command, agents, flags);
        return run(flags, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../../commands/apply/apply.ts")).applyCommand(context, selection, flags),
          ),
        );
      });
  },
  edit(command, run) {
    command
      .description("open fleet.yaml in an editor, then plan, ask and apply")
      .option(
        "-f, --file <path>",
        "the fleet file (default: ./fleet.yaml, then ~/.config/mosaic/fleet/fleet.yaml)",
      )
      .option("--no-color", "no colours; NO_COLOR does the same")
      .option("-q, --quiet", "print problems only")
      .option("-v, --verbose", "also show every action and every external command");
    allowing(lockOptions(command).option("-y, --yes", "apply a valid file without a question"))
      .addHelpText("after", editHelp)
      .action((flags: CommonFlags & ApplyFlags) =>
        run(flags, async (context) =>
          (await import("../../commands/edit/edit.ts")).editCommand(context, flags),
        ),
      );
  },
  start: agentVerb("start", "start agents that were stopped by hand or have failed"),
  restart: agentVerb("restart", "bring agents in line and restart them now, also busy ones"),
  stop: agentVerb("stop", "stop agents, until the next apply"),
  adopt: agentVerb("adopt", "take over agents that were made by hand, without a restart"),
  suspend(command, run) {
    selecting(reachingHosts(writing(command)), "every agent")
      .description("have apply leave agents alone, until they are resumed")
      .option("--until <time>", "a duration or a time: 2h, 1w, 18:00, 'tomorrow 08:00'")
      .action((agents: string[], flags: CommonFlags & SuspendFlags) => {
        demandSelection(command, agents, flags);
        refuseNamesWithAll(command, agents, flags);
        return run(flags, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../../commands/suspend.ts")).suspendCommand(context, selection, flags),
          ),
        );
      });
  },
  resume(command, run) {
    selecting(reachingHosts(writing(command)), "every agent")
      .description("end the suspension of agents")
      .action((agents: string[], flags: CommonFlags & LockFlags & SelectionFlags) => {
        demandSelection(command, agents, flags);
        refuseNamesWithAll(command, agents, flags);
        return run(flags, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../../commands/suspend.ts")).resumeCommand(context, selection, flags),
          ),
        );
      });
  },
  watch(command, run) {
    common(command, "print each event as one line of JSON")
      .description("keep the fleet in line with fleet.yaml, and fix drift, until ended")
      .option(
        "--debounce <duration>",
        "how long the file must be quiet after a save (200ms)",
        parseDurationOption,
      )
      .option(
        "--resync <duration>",
        "how often to observe even if nothing has changed (60s)",
        parseResyncOption,
      )
      .addOption(
        new Option(
          "--source <path>",
          "take fleet.yaml from the Git repository that this source.yaml names",
        ).conflicts("file"),
      )
      .option("--no-events", "rely on the resync alone, as for files on another machine")
      .option(
        "--metrics <place>",
        "show metrics for Prometheus at 127.0.0.1:PORT, unix:/PATH, or in the file /PATH.prom",
        metricsPlaceOption,
      )
      .addOption(new Option("--install", "run it as a service: write, enable and start the unit"))
      .addOption(new Option("--uninstall", "stop and remove that service").conflicts("install"))
      .action((flags: CommonFlags & WatchFlags) =>
        run(flags, async (context) => {
          if (!flags.install && !flags.uninstall)
            return (await import("../../commands/watch/watch.ts")).watchCommand(context, flags);
          const { installWatch, uninstallWatch } = await import("../../commands/watch/watch-service.ts");
          return flags.install ? installWatch(context, flags) : uninstallWatch(context);
        }),
      );
  },
  mcp(command, run) {
    command
      .description("serve the fleet to an agent as tools (MCP, on standard input and output)")
      .option(
        "-f, --file <path>",
        "the fleet file (default: ./fleet.yaml, then ~/.config/mosaic/fleet/fleet.yaml)",
      )
      .option("--allow <list>", "also tools that change something: send,restart or all (default: none)")
      .addOption(
        new Option("--print-config [program]", "print the settings that add it to a program").choices(
          clientNames,
        ),
      )
      .addHelpText("after", mcpHelp)
      .action((flags: CommonFlags & McpFlags) =>
        run(flags, async (context) => (await import("../../commands/mcp/mcp.ts")).mcpCommand(context, flags)),
      );
  },
  destroy(command, run) {
    reachingHosts(writing(command))
      .description("remove the whole fleet, the holder last")
      .option("-y, --yes", "do not ask");
    allowing(command, allowancesOf("destroy")).action((flags: CommonFlags & DestroyFlags) =>
      run(flags, async (context) =>
        (await import("../../commands/destroy.ts")).destroyCommand(context, flags),
      ),
    );
  },
  doctor(command, run) {
    common(command)
      .description("check machine and fleet, with evidence and the command that fixes each finding")
      .option("--fix", "apply the fixes that interrupt no agent, and check again")
      .option("--strict", "exit with 1 for warnings too")
      .addOption(new Option("--ignore <check>", "never report this check again").choices(checkNames))
      .addOption(new Option("--unignore <check>", "report it again").choices(checkNames))
      .action((flags: CommonFlags & DoctorFlags) =>
        run(flags, async (context) =>
          (await import("../../commands/doctor/doctor.ts")).doctorCommand(context, flags),
        ),
      );
  },
  sandbox(command, run) {
    command
      .argument("<command...>", "the command to run, after --")
      .description("run a command next to a private, real systemd user manager")
      .usage("-- COMMAND [ARG...]")
      .passThroughOptions()
      .action((argv: string[]) =>
        run({}, async (context) => (await import("../../commands/sandbox.ts")).sandboxCommand(context, argv)),
      );
  },
};

function agentVerb(name: "start" | "restart" | "stop" | "adopt", does: string): Declaration {
  return (command, run) => {
    selecting(reachingHosts(writing(command)), allOf[name])
      .description(does)
      .option("-y, --yes", "do not ask");
    allowing(command, allowancesOf(name));
    if (name === "stop") {
      command
        .option("--keep-down", "suspend them too, so that neither apply nor a watch starts them again")
        .option("--until <time>", "how long to keep them down, or until when: 2h, 18:00, tomorrow");
    }
    command.action((agents: string[], flags: CommonFlags & ApplyFlags) => {
      demandSelection(command, agents, flags);
      refuseNamesWithAll(command, agents, flags);
      return run(flags, (context) =>
        withSelection(context, agents, flags, async (selection) =>
          (await import("../../commands/apply/apply.ts")).agentCommand(context, selection, flags, name),
        ),
      );
    });
  };
}

const allOf = {
  start: "every agent that is declared as running",
  restart: "every agent that is declared as running",
  stop: "every agent",
  adopt: "every declared agent",
} as const;

const mcpHelp = `
  fleet mcp --print-config claude     the command that adds it to claude
  fleet mcp --allow send,restart      an agent may also send and restart
Without --allow, an agent can only read: status, plan, why, logs, events, wait.
To allow: send, start, restart, stop, suspend, resume, apply, or all. Guards and
sendFromAgents of fleet.yaml hold in any case.`;

const editHelp = `
The editor is $VISUAL, $EDITOR, or the first one that is installed. It edits a
copy, fleet.edit.yaml, which replaces fleet.yaml once you agree to the plan.

fleet edit teams/core.yaml edits a file that ./fleet.yaml includes, and plans the
whole fleet.`;

/** Returns true for a path: names of agents have neither dots nor slashes. */
function isPath(argument = ""): boolean {
  return /[./]/.test(argument);
}
