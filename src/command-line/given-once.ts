import type { Command } from "commander";

/**
 * Has commander refuse a second value for an option that takes one: it would keep the last value and drop the others
 * without a word, which for `--file` means another fleet. The same value twice is accepted.
 */
export function refuseSecondValues(command: Command): void {
  for (const option of command.options) {
    if (!option.required && !option.optional) continue;
    let first: string | undefined;
    command.on(`option:${option.name()}`, (value: string | undefined) => {
      if (value === undefined) return;
      if (first !== undefined && first !== value) {
        command.error(
          `error: option '${option.flags}' was given twice: ${first} and ${value}. Give it once: the values are not merged.`,
        );
      }
      first = value;
    });
  }
}
