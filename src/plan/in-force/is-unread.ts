import type { ObservedInForce } from "../../observed/in-force.ts";

/** After an edit of all agents' files by hand, each agent asks for its own among all of them. */
const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

/** Returns true for a file that has changed since systemd read it. */
export function isUnread({ unread }: Pick<ObservedInForce, "unread">, path: string): boolean {
  const known = sets.get(unread) ?? new Set(unread);
  sets.set(unread, known);
  return known.has(path);
}
