import * as z from "zod/mini";
import type { Kind } from "./values/value-kinds.ts";

/** The kind of a map with fixed keys. */
export const map = "map" satisfies Kind;

/** An editor's help on a key. `default` is the value without one in the agent and in `defaults`. */
interface KeyDocs {
  readonly default?: unknown;
  readonly examples?: unknown[];
}

/** Returns an optional key of a map, with its help for editors. */
export function key<T extends z.ZodMiniType>(
  schema: T,
  description: string,
  docs: KeyDocs = {},
): z.ZodMiniOptional<T> {
  return described(z.optional(schema), { description, ...docs });
}

/**
 * Registers the help on a schema. `check(z.meta(…))` does the same to a copy of the schema, which takes a third of the time
 * to make all schemas (measured), and each value then passes one check more.
 */
function described<T extends z.ZodMiniType>(schema: T, docs: z.core.GlobalMeta): T {
  z.globalRegistry.add(schema, docs);
  return schema;
}

/** Returns a section. If all its lines are commented out, it counts as an empty one. */
export function keyedSection<T extends z.ZodMiniType>(
  schema: T,
  description: string,
): z.ZodMiniOptional<z.ZodMiniNullable<T>> {
  return described(z.optional(z.nullable(schema)), { description });
}

/** The error message of a value that is none of a few words. */
export const choice = "choice" satisfies Kind;
