import type { CommonFlags } from "./flags.ts";
import type { Diagnostic, Result } from "../../diagnostics/diagnostic.ts";
import { createOutput, wantsColor, type Output } from "../../report/output.ts";
import { localMachine } from "../../system/environment.ts";
import { localExec, type Exec } from "../../system/exec.ts";
import type { Machine } from "../../machine/machine.ts";
import { exitCodeOf, type ExitCode } from "./exit-codes.ts";

/** A program that runs commands in this process, in the place of a person at a terminal. */
export interface Caller {
  /** Ends the run as Ctrl-C does. */
  readonly stop: AbortSignal;
  /** The id of the plan the caller has seen and agrees to; undefined if it has seen none. */
  readonly agreedPlan: string | undefined;
  /** The text in the place of a file or of standard input; undefined without one. */
  readonly input?: string | undefined;
  /** Takes a line about the progress of a long run. */
  readonly onProgress: (line: string) => void;
  /** Takes the id of a plan that waits for an agreement. By default the caller reads it in a problem. */
  readonly onProposal?: ((id: string) => void) | undefined;
  /** Takes a plan to save, in the place of a file. */
  readonly onSaved?: ((plan: object) => void) | undefined;
  /** The text of the saved plan to apply, in the place of a file. */
  readonly savedPlan?: string | undefined;
  /** The command of the other machine behind an apply, for the history; undefined for an apply itself. */
  readonly calledAs?: string | undefined;
  /** The commit of fleet.yaml on the other machine, for the history; undefined outside of Git. */
  readonly revision?: string | undefined;
}

/** The environment of a command. */
export interface Context {
  readonly flags: CommonFlags;
  readonly machine: Machine;
  readonly exec: Exec;
  readonly output: Output;
  /** Undefined for a command of the command line. */
  readonly caller?: Caller | undefined;
}

/** Returns the context of a run on this machine. */
export function createContext(flags: CommonFlags): Context {
  const output = createOutput({
    json: flags.json ?? false,
    color: wantsColor(flags.color ?? true),
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
  });
  const machine = localMachine();
  return { flags, machine, output, exec: localExec(machine, output.trace) };
}

/** Shows the reason of a failure, and gives its exit code. */
export function reportFailure(context: Context, failure: Result<never>): ExitCode {
  return report(context, failure.ok ? [] : failure.diagnostics);
}

/** Shows why a command cannot go on, and gives its exit code. */
export function report({ output }: Context, diagnostics: readonly Diagnostic[]): ExitCode {
  output.diagnostics(diagnostics);
  return exitCodeOf(diagnostics.find(({ severity }) => severity === "error")?.code);
}
