import type { Command, CommandOutcome } from "../../../src/system/command.ts";
import type { Exec } from "../../../src/system/exec.ts";

/** Returns an exec port that always gives the same answer, and remembers its commands. */
export function answering(outcome: CommandOutcome): { readonly exec: Exec; readonly commands: Command[] } {
  const commands: Command[] = [];
  return {
    commands,
    exec: async (command) => {
      commands.push(command);
      return outcome;
    },
  };
}

/** Returns the outcome of a command that could be run. */
export function exited(code: number, stdout: string, stderr = ""): CommandOutcome {
  return { kind: "exited", code, stdout, stderr };
}
