/** The values for one agent. */
export interface PlaceholderValues {
  /** The name of the agent; of a replica with its number, such as `coder-2`. */
  readonly name: string;
  /** The number of the replica; undefined for an agent without `replicas`. */
  readonly replica: number | undefined;
}

/** `{name}` and `{replica}` with any number of braces, but not the shell's `${name}`. */
const placeholder = /(?<![${])(?<open>\{+)(?<word>name|replica)(?<close>\}+)/g;

/** Returns true if a text has a placeholder, or one that more braces protect. */
export function hasPlaceholder(text: string): boolean {
  // A plan asks this of every value, and most have no brace.
  return text.includes("{") && text.search(placeholder) !== -1;
}

/** Returns true if the number of a replica is a part of the text. */
export function asksForReplica(text: string): boolean {
  return (
    text.includes("{replica}") &&
    [...text.matchAll(placeholder)].some(
      ([, open = "", word, close = ""]) => word === "replica" && Math.min(open.length, close.length) === 1,
    )
  );
}

/**
 * Replaces `{name}` and `{replica}` by their values. More braces protect the text: `{{name}}` becomes
 * `{name}`. Leaves all other braces alone. A missing number stays as it is written.
 */
export function fillPlaceholders(text: string, { name, replica }: PlaceholderValues): string {
  if (!text.includes("{")) return text;
  return text.replace(placeholder, (found, open: string, word: string, close: string) => {
    const value = word === "name" ? name : replica;
    if (value === undefined) return found;
    const isProtected = Math.min(open.length, close.length) > 1;
    return `${open.slice(1)}${isProtected ? word : value}${close.slice(1)}`;
  });
}

/** Returns the text that fillPlaceholders turns into `text`. */
export function protectPlaceholders(text: string): string {
  return text.replace(placeholder, "{$&}");
}
