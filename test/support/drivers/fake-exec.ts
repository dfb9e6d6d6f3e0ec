import type { Command, CommandOutcome } from "../../../src/system/command.ts";
import type { Exec } from "../../../src/system/exec.ts";

/** An exec port that always answers the same, and remembers what it was asked. */
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

/** How a command ended that could be run. */
export function exited(code: number, stdout: string, stderr = ""): CommandOutcome {
  return { kind: "exited", code, stdout, stderr };
}
