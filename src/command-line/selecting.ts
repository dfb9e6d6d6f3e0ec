import { Option, type Command } from "commander";
import type { SelectionFlags } from "../commands/shared/flags.ts";

/** Adds the argument and the options that select agents. `all` is the help of `--all`. */
export function selecting(
  command: Command,
  all: string,
  agents = "names, or patterns such as 'worker-*'",
): Command {
  return command
    .argument("[agent...]", agents)
    .option("-l, --selector <labels>", "only agents with these labels: team=core, 'team in (a,b)', !team")
    .addOption(new Option("--all", all).conflicts("selector"));
}

/** Makes commander refuse `--all` next to names, which it contradicts. */
export function refuseNamesWithAll(
  command: Command,
  names: readonly string[],
  { all = false }: SelectionFlags,
): void {
  if (!all || names.length === 0) return;
  command.error(`error: option '--all' contradicts the names after the command: ${names.join(" ")}`);
}

/** Makes commander refuse a command about named agents without a selection. */
export function demandSelection(
  command: Command,
  names: readonly string[],
  { selector, all = false }: SelectionFlags,
): void {
  if (names.length > 0 || selector !== undefined || all) return;
  command.error("error: missing required argument 'agent'", { code: "commander.missingArgument" });
}
