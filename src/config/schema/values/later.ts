import type * as z from "zod/mini";

/**
 * A part of the schema, as a function that makes it at its first call. A small fleet.yaml uses a tenth of the schema, and
 * making all of it took longer than checking such a file by it (measured).
 */
export type LaterSchema<T extends z.ZodMiniType = z.ZodMiniType> = () => T;

/** The parsed value of a part of the schema. */
export type OutputOf<S extends LaterSchema> = z.output<ReturnType<S>>;

/** Returns a function that calls `make` once, at its first call. */
export function later<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
