import { presetLine } from "../../runtimes/preset-line.ts";
import type { PresetName } from "../../runtimes/preset-names.ts";

/** A program for agents, as fleet.yaml declares it: a line for sh, or a program with its arguments. */
type WrittenCommand = string | readonly string[];

/** An entry of `runtimes`, with a command or a preset. */
interface DeclaredRuntime {
  readonly command?: WrittenCommand | undefined;
  readonly preset?: PresetName | undefined;
  readonly resume?: string | false | undefined;
  readonly activity?: "hooks" | "screen" | "off" | undefined;
}

/**
 * Returns the runtimes of the section `runtimes` by their names. Their `command` is the one to run; `written` is that of
 * fleet.yaml, if the command is a preset's.
 */
export function namedRuntimes<Own extends DeclaredRuntime>(
  declared: Readonly<Record<string, Own>> | null | undefined,
): Readonly<
  Record<string, Own & { readonly command: WrittenCommand; readonly written?: WrittenCommand | undefined }>
> {
  const named = Object.entries({ ...declared }).map(
    ([name, runtime]) => [name, withCommand(runtime)] as const,
  );
  return Object.fromEntries(named);
}

function withCommand<Own extends DeclaredRuntime>(
  runtime: Own,
): Own & { readonly command: WrittenCommand; readonly written?: WrittenCommand | undefined } {
  const { command, preset, resume, activity } = runtime;
  if (preset === undefined) return { ...runtime, command: command ?? "" };
  return { ...runtime, command: presetLine({ preset, command, resume, activity }), written: command };
}
