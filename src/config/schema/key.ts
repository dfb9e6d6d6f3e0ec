import * as z from "zod/mini";
import { later, type LaterSchema } from "./values/later.ts";
import type { ValueKind } from "./values/value-kinds.ts";

/** The kind of a map with fixed keys. */
export const map = "map" satisfies ValueKind;

/** An editor's help on a key. `default` is the value without one in the agent and in `defaults`. */
interface KeyDocs {
  readonly default?: unknown;
  readonly examples?: unknown[];
}

/** A key of a map. */
export interface Key<T extends z.ZodMiniType = z.ZodMiniType> {
  readonly schema: LaterSchema<T>;
  readonly isRequired: boolean;
}

/** The keys of a map, in the order of the documentation. */
export type Keys = Readonly<Record<string, Key>>;

/** Returns an optional key of a map, with its help for editors. */
export function key<T extends z.ZodMiniType>(
  schema: LaterSchema<T>,
  description: string,
  docs: KeyDocs = {},
): Key<z.ZodMiniOptional<T>> {
  return {
    schema: later(() => described(z.optional(schema()), { description, ...docs })),
    isRequired: false,
  };
}

/** Returns a key that a map must have. */
export function requiredKey<T extends z.ZodMiniType>(
  schema: LaterSchema<T>,
  description: string,
  docs: KeyDocs = {},
): Key<T> {
  return {
    schema: later(() => schema().check(z.meta({ description, ...docs }))),
    isRequired: true,
  };
}

/** Returns a section. If all its lines are commented out, it counts as an empty one. */
export function keyedSection<T extends z.ZodMiniType>(
  schema: LaterSchema<T>,
  description: string,
): Key<z.ZodMiniOptional<z.ZodMiniNullable<T>>> {
  return {
    schema: later(() => described(z.optional(z.nullable(schema())), { description })),
    isRequired: false,
  };
}

/**
 * Registers the help on a schema. `check(z.meta(…))` does the same to a copy of the schema, which takes a third of the time
 * to make all schemas (measured), and each value then passes one check more.
 */
function described<T extends z.ZodMiniType>(schema: T, docs: z.core.GlobalMeta): T {
  z.globalRegistry.add(schema, docs);
  return schema;
}

/** The error message of a value that is none of a few words. */
export const choice = "choice" satisfies ValueKind;
