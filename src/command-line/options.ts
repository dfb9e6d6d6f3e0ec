import { Option, type Command } from "commander";
import type { CommonFlags } from "../commands/shared/flags.ts";
import type { Context } from "../commands/shared/context.ts";
import { allowanceNames, allowances, type Allowance } from "../plan/allowances.ts";
import { atLeastOneOption, parseDurationOption } from "./option-values.ts";
import { selecting } from "./selecting.ts";

/** A function that runs a command, and sets the exit code of the process. */
export type RunCommand = (
  flags: CommonFlags,
  command: (context: Context) => Promise<number>,
) => Promise<void>;

/** A function that declares one command to commander, with its implementation. */
export type Declaration = (command: Command, run: RunCommand) => void;

/** By the command's name. */
export type Declarations = Readonly<Record<string, Declaration>>;

/** Adds the options of every command. */
export function common(command: Command, json = "print one JSON object"): Command {
  return withFile(command, "-f, --file <path>", json);
}

/** Adds the same to a command whose -f means --follow. */
export function commonWithFollow(command: Command, json = "print each line as one JSON object"): Command {
  return withFile(command, "--file <path>", json);
}

function withFile(command: Command, flags: string, json: string): Command {
  return command
    .option(flags, "the fleet file (default: ./fleet.yaml, then ~/.config/mosaic/fleet/fleet.yaml)")
    .option("--json", json)
    .option("--no-color", "no colours; NO_COLOR does the same")
    .option("-q, --quiet", "print problems only")
    .option("-v, --verbose", "also show every action and every external command");
}

/** Adds the flags of these allowances to a command. `help` rewords a flag's help. */
export function allowing(
  command: Command,
  names: readonly Allowance[] = allowanceNames,
  help: (name: Allowance) => string = (name) => allowances[name].help,
): Command {
  for (const name of names) command.option(allowances[name].flag, help(name));
  return command;
}

/** Adds the options of commands that show a plan. */
export function planOptions(command: Command, agents?: string): Command {
  selecting(common(command), "every agent, as without names", agents).option(
    "--detailed-exitcode",
    "exit with 2 if anything is to do or waiting",
  );
  return allowing(
    reachingHosts(command),
    allowanceNames,
    (name) => `plan as if apply were given ${allowances[name].flag}`,
  )
    .option("--against <file>", "plan against a snapshot, or `empty`, instead of this machine")
    .option("--rev <revision>", "plan for fleet.yaml as it was: a state of fleet history, or a commit");
}

/** Adds the options of commands that can run on other machines of the fleet. `others` are options that need this one. */
export function reachingHosts(command: Command, ...others: readonly string[]): Command {
  return command
    .addOption(
      new Option(
        "--host <hosts>",
        "run it on these hosts: names, patterns, LABEL=VALUE, !NAME; or all",
      ).conflicts(["against", "watch", ...others]),
    )
    .option("--skip-unreachable", "with --host, leave out hosts that are unreachable, also of the exit code")
    .option("--max-parallel <number>", "with --host, how many hosts at a time (32)", atLeastOneOption)
    .option("--log-dir <folder>", "with --host, also write the lines of each host to FOLDER/HOST.log");
}

/** Adds the options of commands that are the fleet's only writer. */
export function writing(command: Command): Command {
  return lockOptions(common(command));
}

/** Adds the option of commands waiting for another writer. */
export function lockOptions(command: Command): Command {
  return command.option(
    "--lock-timeout <duration>",
    "how long to wait for another run, such as 30s (default: do not wait)",
    parseDurationOption,
  );
}
