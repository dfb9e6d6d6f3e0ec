import type { Command } from "commander";
import type { CommonFlags } from "../commands/shared/flags.ts";
import type { Context } from "../commands/shared/context.ts";
import { duration } from "./durations.ts";

/** Carries a command out, and sets the exit code of the process. */
export type Run = (flags: CommonFlags, command: (context: Context) => Promise<number>) => Promise<void>;

/** Tells commander what one command takes, and how it is carried out. */
export type Declaration = (command: Command, run: Run) => void;

/** By the command's name. */
export type Declarations = Readonly<Record<string, Declaration>>;

/** Options that every command takes. */
export function common(command: Command, json = "print one JSON object"): Command {
  return command
    .option("-f, --file <path>", "the fleet file (else ./fleet.yaml, else ~/.config/mosaic/fleet/fleet.yaml)")
    .option("--json", json)
    .option("--no-color", "no colours; NO_COLOR does the same")
    .option("-q, --quiet", "print problems only")
    .option("-v, --verbose", "also show every action and every external command");
}

/** Those of commands that show what apply would do. */
export function planning(command: Command): Command {
  return common(command)
    .argument("[agent...]", "only these agents")
    .option("--detailed-exitcode", "exit with 2 where there is anything to do or waiting")
    .option("--now", "plan as if apply were given --now")
    .option("--allow-remove-all", "plan as if apply were given --allow-remove-all")
    .option("--allow-self", "plan as if apply were given --allow-self")
    .option("--against <file>", "plan against a snapshot, or `empty`, instead of this machine");
}

/** Those of commands that are the fleet's only writer while they run. */
export function writing(command: Command): Command {
  return common(command).option(
    "--lock-timeout <duration>",
    "wait so long for another run to end, such as 30s (else not at all)",
    duration,
  );
}
