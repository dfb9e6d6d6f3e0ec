import bash from "../command-line/completion/fleet.bash";
import fish from "../command-line/completion/fleet.fish";
import zsh from "../command-line/completion/fleet.zsh";
import type { Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";

const scripts = { bash, zsh, fish } as const;

/** A shell that `fleet completion` knows. */
export type Shell = keyof typeof scripts;

/** Runs `fleet completion SHELL`: prints the script that teaches a shell the words of fleet. */
export function completionCommand({ output }: Context, shell: Shell): ExitCode {
  output.raw(scripts[shell]);
  return exitCodes.ok;
}
