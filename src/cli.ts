import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "./config/durations.ts";
import type { ApplyFlags } from "./commands/apply.ts";
import { createContext, type CommonFlags, type Context } from "./commands/context.ts";
import type { LockFlags } from "./commands/locked.ts";
import type { SuspendFlags } from "./commands/suspend.ts";
import type { DestroyFlags } from "./commands/destroy.ts";
import type { RenderFlags } from "./commands/render.ts";
import type { WatchFlags } from "./commands/watch.ts";
import { reportBug } from "./commands/report-bug.ts";
import { asksForJson, reportUsage } from "./commands/report-usage.ts";
import { exitCodes } from "./commands/exit-codes.ts";
import { ignoreLostReaders } from "./report/lost-readers.ts";
import { version } from "./system/version.ts";
import type { PlanFlags } from "./commands/plan.ts";

function program(json: boolean): Command {
  const root = new Command("fleet")
    .configureOutput(json ? { writeErr: () => undefined } : {})
    .description("Keeps a fleet of long-running agents, on systemd and tmux, as fleet.yaml says.")
    .version(version, "-V, --version")
    .helpCommand(false)
    .exitOverride()
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpText("after", helpFooter);

  common(root.command("validate"))
    .description("check fleet.yaml, and report all its errors at once")
    .option("--units", "also have systemd-analyze verify the units that are made of it")
    .action((flags: CommonFlags & { readonly units?: boolean }) =>
      run(flags, async (context) =>
        flags.units
          ? (await import("./commands/validate-units.ts")).validateUnitsCommand(context)
          : (await import("./commands/validate.ts")).validateCommand(context),
      ),
    );

  planning(root.command("plan"))
    .description("show what apply would do; changes nothing")
    .option("--out <file>", "also save the plan, for fleet apply <file>")
    .addOption(
      new Option("--format <format>", "how to show it: github for annotations in a workflow").choices([
        "text",
        "json",
        "markdown",
        "github",
      ]),
    )
    .action((agents: string[], flags: CommonFlags & PlanFlags) =>
      run({ ...flags, json: flags.json ?? flags.format === "json" }, async (context) =>
        (await import("./commands/plan.ts")).planCommand(context, agents, flags),
      ),
    );

  planning(root.command("diff"))
    .description("show the plan, and all that it would change in files")
    .action((agents: string[], flags: CommonFlags & PlanFlags) =>
      run(flags, async (context) =>
        (await import("./commands/plan.ts")).planCommand(context, agents, { ...flags, format: "diff" }),
      ),
    );

  common(root.command("why"))
    .argument("<agent>", "which agent")
    .description("show why an agent is planned for as it is, from the line in fleet.yaml on")
    .action((agent: string, flags: CommonFlags) =>
      run(flags, async (context) => (await import("./commands/why.ts")).whyCommand(context, agent)),
    );

  writing(root.command("apply"))
    .argument("[plan-or-agents...]", "a saved plan, to do exactly that; or only these agents")
    .description("bring the machine in line with fleet.yaml, then verify")
    .option("-y, --yes", "do not ask")
    .option("--now", "restart changed agents at once, also busy ones")
    .option(
      "--wait-idle <duration>",
      "then wait so long for busy agents, and restart each when it is idle",
      duration,
    )
    .option("--allow-remove-all", "remove agents even when that is most of the fleet")
    .option("--allow-self", "allow to stop the agent in whose session this runs")
    .action((agents: string[], flags: CommonFlags & ApplyFlags) =>
      run(flags, async (context) =>
        isPath(agents[0])
          ? (await import("./commands/apply-saved.ts")).applySavedPlan(context, agents, flags)
          : (await import("./commands/apply.ts")).applyCommand(context, agents, flags),
      ),
    );

  for (const { wish, does } of wishes) {
    writing(root.command(wish))
      .argument("<agent...>", "which agents")
      .description(does)
      .option("-y, --yes", "do not ask")
      .option("--allow-self", "allow to stop the agent in whose session this runs")
      .action((agents: string[], flags: CommonFlags & ApplyFlags) =>
        run(flags, async (context) =>
          (await import("./commands/apply.ts")).wishCommand(context, agents, flags, wish),
        ),
      );
  }

  writing(root.command("suspend"))
    .argument("<agent...>", "which agents")
    .description("have apply leave agents alone, until they are resumed")
    .option("--until <time>", "for so long, or until then: 2h, 18:00, tomorrow")
    .action((agents: string[], flags: CommonFlags & SuspendFlags) =>
      run(flags, async (context) =>
        (await import("./commands/suspend.ts")).suspendCommand(context, agents, flags),
      ),
    );

  writing(root.command("resume"))
    .argument("<agent...>", "which agents")
    .description("end the suspension of agents")
    .action((agents: string[], flags: CommonFlags & LockFlags) =>
      run(flags, async (context) =>
        (await import("./commands/suspend.ts")).resumeCommand(context, agents, flags),
      ),
    );

  common(root.command("status"))
    .argument("[agent...]", "only these agents")
    .description("show what is declared, what runs and what waits")
    .action((agents: string[], flags: CommonFlags) =>
      run(flags, async (context) => (await import("./commands/status.ts")).statusCommand(context, agents)),
    );

  common(root.command("watch"), "print each event as one line of JSON")
    .description("keep the fleet in line with fleet.yaml, and heal drift, until ended")
    .option("--debounce <duration>", "how long the file must be quiet after a save (200ms)", duration)
    .option("--resync <duration>", "how often to look though nothing seems new (60s)", resyncDuration)
    .option("--no-events", "go by the resync alone, as for files on another machine")
    .addOption(new Option("--install", "run it as a service: write, enable and start the unit"))
    .addOption(new Option("--uninstall", "stop and remove that service").conflicts("install"))
    .action((flags: CommonFlags & WatchFlags) =>
      run(flags, async (context) => {
        if (!flags.install && !flags.uninstall)
          return (await import("./commands/watch.ts")).watchCommand(context, flags);
        const { installWatch, uninstallWatch } = await import("./commands/watch-service.ts");
        return flags.install ? installWatch(context, flags) : uninstallWatch(context);
      }),
    );

  writing(root.command("destroy"))
    .description("remove the whole fleet, the holder last")
    .option("-y, --yes", "do not ask")
    .option("--allow-self", "allow to stop the agent in whose session this runs")
    .action((flags: CommonFlags & DestroyFlags) =>
      run(flags, async (context) => (await import("./commands/destroy.ts")).destroyCommand(context, flags)),
    );

  common(root.command("snapshot"))
    .description("print the observed state as JSON, for plan --against elsewhere")
    .action((flags: CommonFlags) =>
      run(flags, async (context) => (await import("./commands/snapshot.ts")).snapshotCommand(context)),
    );

  common(root.command("render"))
    .description("write all files of the fleet into a folder, to look at or to use without this tool")
    .requiredOption("--out <folder>", "a folder of its own, which is laid out like ~/.config")
    .addHelpText("after", renderHelp)
    .action((flags: CommonFlags & RenderFlags) =>
      run(flags, async (context) => (await import("./commands/render.ts")).renderCommand(context, flags)),
    );

  root
    .command("schema")
    .description("print the JSON Schema of fleet.yaml")
    .action(() => run({}, async (context) => (await import("./commands/schema.ts")).schemaCommand(context)));

  root
    .command("sandbox")
    .argument("<command...>", "what to run, after --")
    .description("run a command beside a private, real systemd user manager")
    .usage("-- COMMAND [ARG...]")
    .passThroughOptions()
    .action((command: string[]) =>
      run({}, async (context) => (await import("./commands/sandbox.ts")).sandboxCommand(context, command)),
    );

  return root;
}

const helpFooter = `
Exit codes: 0 ok, 1 error, 2 changes pending (plan --detailed-exitcode), 3 a saved plan or snapshot does not fit,
4 applied but agents failed, 5 locked by another run, 6 blocked, 64 bad usage, 65 invalid fleet.yaml, 130 interrupted.`;

const renderHelp = `
Env files contain what fleet.yaml contains, secrets in env included; of envFiles they contain no value.
They are mode 0600: keep them so, and out of repositories that others can read.`;

function common(command: Command, json = "print one JSON object"): Command {
  return command
    .option("-f, --file <path>", "the fleet file (else ./fleet.yaml, else ~/.config/mosaic/fleet/fleet.yaml)")
    .option("--json", json)
    .option("--no-color", "no colours; NO_COLOR does the same")
    .option("-q, --quiet", "print problems only")
    .option("-v, --verbose", "also show every action and every external command");
}

/** Commands that show what apply would do. */
function planning(command: Command): Command {
  return common(command)
    .argument("[agent...]", "only these agents")
    .option("--detailed-exitcode", "exit with 2 where there is anything to do or waiting")
    .option("--now", "plan as if apply were given --now")
    .option("--allow-remove-all", "plan as if apply were given --allow-remove-all")
    .option("--allow-self", "plan as if apply were given --allow-self")
    .option("--against <file>", "plan against a snapshot, or `empty`, instead of this machine");
}

/** Names of agents have neither dots nor slashes. */
function isPath(argument = ""): boolean {
  return /[./]/.test(argument);
}

/** Commands that are the fleet's only writer while they run. */
function writing(command: Command): Command {
  return common(command).option(
    "--lock-timeout <duration>",
    "wait so long for another run to end, such as 30s (else not at all)",
    duration,
  );
}

const wishes = [
  { wish: "start", does: "start agents that were stopped by hand or have failed" },
  { wish: "restart", does: "bring agents in line and restart them now, also busy ones" },
  { wish: "stop", does: "stop agents, until the next apply" },
  { wish: "adopt", does: "take over agents that were made by hand, without a restart" },
] as const;

/** Timers of node's hold no more than 2^31 ms. */
const longestWaitMs = 24 * 86_400_000;

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("Expected a duration such as 500ms, 30s or 5m.");
  if (ms > longestWaitMs) throw new InvalidArgumentError("Expected a duration of at most 24d.");
  return ms;
}

/** More often would be all that the machine does. */
const shortestResyncMs = 1_000;

function resyncDuration(text: string): number {
  const ms = duration(text);
  if (ms < shortestResyncMs) throw new InvalidArgumentError("Expected a duration of at least 1s.");
  return ms;
}

async function run(flags: CommonFlags, command: (context: Context) => Promise<number>): Promise<void> {
  process.exitCode = await command(createContext(flags));
}

/** Runs the command line of this process. */
async function main(): Promise<void> {
  const json = asksForJson(process.argv);
  // Commander itself prints help and usage.
  ignoreLostReaders();
  try {
    await program(json).parseAsync();
  } catch (error) {
    // Commander has told what is wrong, or has shown the help or version. Anything else thrown is a bug.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
      if (json && error.exitCode !== 0) reportUsage(error.message);
    } else process.exitCode = reportBug(error, json);
  }
}

void main();
