/**
 * Returns tmux commands for one call such that a failed one does not stop the others: tmux drops the rest of
 * a sequence after an error, except after an error inside an if-shell (seen with 3.3a).
 */
export function sequence(commands: readonly string[]): readonly string[] {
  return commands.flatMap((command, index) => [...(index > 0 ? [";"] : []), "if-shell", "-F", "1", command]);
}

/** Number of commands of up to 100 bytes in one call: tmux refuses a message of more than 16 KB. */
const commandsPerCall = 100;

/** Splits a list into parts small enough for one call each. */
export function inCalls<T>(items: readonly T[]): readonly (readonly T[])[] {
  const calls = Math.ceil(items.length / commandsPerCall);
  return Array.from({ length: calls }, (_, call) =>
    items.slice(call * commandsPerCall, (call + 1) * commandsPerCall),
  );
}
