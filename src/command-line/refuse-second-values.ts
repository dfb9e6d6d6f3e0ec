import type { Command } from "commander";

/**
 * Makes commander refuse a second value for an option: it would silently keep the last one, and for `--file`
 * this means another fleet. Accepts the same value twice.
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
