import { Command, CommanderError, InvalidArgumentError } from "commander";
import { parseDuration } from "./config/durations.ts";
import type { ApplyFlags } from "./commands/apply.ts";
import { createContext, type CommonFlags, type Context } from "./commands/context.ts";
import type { DestroyFlags } from "./commands/destroy.ts";
import { statusCommand } from "./commands/status.ts";
import { validateCommand } from "./commands/validate.ts";
import { reportBug } from "./commands/report-bug.ts";
import { exitCodes } from "./commands/exit-codes.ts";
import { planCommand, type PlanFlags } from "./commands/plan.ts";

/** Replaced by the build with the version in package.json. */
const version = process.env.MOSAIC_FLEET_VERSION ?? "0.0.0-source";

function program(): Command {
  const root = new Command("fleet")
    .description("Keeps a fleet of long-running agents, on systemd and tmux, as fleet.yaml says.")
    .version(version, "-V, --version")
    .helpCommand(false)
    .exitOverride()
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpText("after", helpFooter);

  common(root.command("validate"))
    .description("check fleet.yaml, and report all its errors at once")
    .action((flags: CommonFlags) => run(flags, (context) => validateCommand(context)));

  common(root.command("plan"))
    .argument("[agent...]", "only these agents")
    .description("show what apply would do; changes nothing")
    .option("--detailed-exitcode", "exit with 2 where there is anything to do or waiting")
    .option("--now", "plan as if apply were given --now")
    .option("--allow-remove-all", "plan as if apply were given --allow-remove-all")
    .option("--allow-self", "plan as if apply were given --allow-self")
    .action((agents: string[], flags: CommonFlags & PlanFlags) =>
      run(flags, (context) => planCommand(context, agents, flags)),
    );

  common(root.command("apply"))
    .argument("[agent...]", "only these agents")
    .description("bring the machine in line with fleet.yaml, then verify")
    .option("-y, --yes", "do not ask")
    .option("--now", "restart changed agents at once, also busy ones")
    .option("--allow-remove-all", "remove agents even when that is most of the fleet")
    .option("--allow-self", "allow to stop the agent in whose session this runs")
    .option(
      "--lock-timeout <duration>",
      "wait so long for another run to end, such as 30s (else not at all)",
      duration,
    )
    .action((agents: string[], flags: CommonFlags & ApplyFlags) =>
      run(flags, async (context) =>
        (await import("./commands/apply.ts")).applyCommand(context, agents, flags),
      ),
    );

  common(root.command("status"))
    .argument("[agent...]", "only these agents")
    .description("show what is declared, what runs and what waits")
    .action((agents: string[], flags: CommonFlags) =>
      run(flags, (context) => statusCommand(context, agents)),
    );

  common(root.command("destroy"))
    .description("remove the whole fleet, the holder last")
    .option("-y, --yes", "do not ask")
    .option("--allow-self", "allow to stop the agent in whose session this runs")
    .option(
      "--lock-timeout <duration>",
      "wait so long for another run to end, such as 30s (else not at all)",
      duration,
    )
    .action((flags: CommonFlags & DestroyFlags) =>
      run(flags, async (context) => (await import("./commands/destroy.ts")).destroyCommand(context, flags)),
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
Exit codes: 0 ok, 1 error, 2 changes pending (plan --detailed-exitcode), 4 applied but agents failed,
5 locked by another run, 6 blocked, 64 bad usage, 65 invalid fleet.yaml, 130 interrupted.`;

function common(command: Command): Command {
  return command
    .option("-f, --file <path>", "the fleet file (else ./fleet.yaml, else ~/.config/mosaic/fleet/fleet.yaml)")
    .option("--json", "print one JSON object")
    .option("--no-color", "no colours; NO_COLOR does the same")
    .option("-q, --quiet", "print problems only")
    .option("-v, --verbose", "also show every action and every external command");
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("Expected a duration such as 500ms, 30s or 5m.");
  return ms;
}

async function run(flags: CommonFlags, command: (context: Context) => Promise<number>): Promise<void> {
  process.exitCode = await command(createContext(flags));
}

/** Runs the command line of this process. */
async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    // Commander has told what is wrong, or has shown the help or version. Anything else thrown is a bug.
    if (error instanceof CommanderError)
      process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    else process.exitCode = reportBug(error);
  }
}

void main();
