import type { Command } from "commander";

/** The arguments on both sides of `--`. */
interface Divided {
  readonly before: readonly string[];
  /** Undefined without a `--`. */
  readonly after: readonly string[] | undefined;
}

/** Divides the arguments of a command at the first `--` of its command line, which commander leaves out. */
export function afterDashes(command: Command, given: readonly string[]): Divided {
  const all = command.parent?.args ?? [];
  const at = all.indexOf("--");
  if (at < 0) return { before: given, after: undefined };
  const count = all.length - at - 1;
  return { before: given.slice(0, given.length - count), after: given.slice(given.length - count) };
}
