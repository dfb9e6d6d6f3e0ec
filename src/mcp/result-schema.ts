import type { JsonSchema } from "./parameter.ts";

/**
 * Returns the schema of a tool's result, from the schema of the command's JSON. Clients may show it to a model, so it is
 * short: definitions more than `depth` references away are left open. It is the schema of an object, as the
 * protocol demands.
 */
export function resultSchema(schema: JsonSchema, depth: number): JsonSchema & { readonly type: "object" } {
  const { $schema: _dialect, title: _title, $defs, ...root } = schema;
  const definitions = ($defs ?? {}) as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  let open = referencesIn(root);
  for (let left = depth; left > 0; left -= 1) {
    const fresh = [...open].filter((name) => !Object.hasOwn(kept, name));
    for (const name of fresh) kept[name] = definitions[name];
    open = new Set(fresh.flatMap((name) => [...referencesIn(definitions[name])]));
  }
  const isKept = (name: string): boolean => Object.hasOwn(kept, name);
  const short = openedUp({ ...root, $defs: kept }, isKept) as JsonSchema;
  return { type: "object", ...short };
}

const defsPrefix = "#/$defs/";

function referencesIn(part: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, each] of Object.entries(value)) {
      if (key === "$ref" && typeof each === "string") names.add(each.slice(defsPrefix.length));
      else visit(each);
    }
  };
  visit(part);
  return names;
}

/** Replaces the references to other definitions by a schema that takes anything. */
function openedUp(part: unknown, isKept: (name: string) => boolean): unknown {
  if (Array.isArray(part)) return part.map((each) => openedUp(each, isKept));
  if (typeof part !== "object" || part === null) return part;
  const { $ref: reference, ...rest } = part as JsonSchema;
  const isOpen = typeof reference === "string" && !isKept(reference.slice(defsPrefix.length));
  const opened = Object.entries(rest).map(([key, value]) => [key, openedUp(value, isKept)] as const);
  return { ...(reference === undefined || isOpen ? {} : { $ref: reference }), ...Object.fromEntries(opened) };
}
