import * as z from "zod/mini";
import { map, type Key, type Keys } from "./key.ts";
import { later } from "./values/later.ts";

/** The schema of a map with these keys alone. */
type MapSchema<K extends Keys> = z.ZodMiniObject<
  { -readonly [Name in keyof K]: ReturnType<K[Name]["schema"]> },
  z.core.$strict
>;

/** A map with fixed keys, as a part of the schema that is made at its first use. */
export interface KeyedMap<K extends Keys> {
  (): MapSchema<K>;
  /** Returns the keys, and makes none of their schemas. */
  readonly keys: () => K;
}

/** Returns a map with fixed keys. `checks` look at the whole map. */
export function keyedMap<K extends Keys>(
  keys: () => K,
  checks: () => z.core.$ZodCheck<z.output<MapSchema<K>>>[] = () => [],
): KeyedMap<K> {
  const ownKeys = later(keys);
  const schema = later(() => new UsedKeys(definition(ownKeys(), checks())) as MapSchema<K>);
  return Object.assign(schema, { keys: ownKeys });
}

/** Returns the names of the keys of each map, as properties that are made at their first use. */
export function namesOfKeys<Name extends string>(
  maps: Readonly<Record<Name, { readonly keys: () => Keys }>>,
): Readonly<Record<Name, readonly string[]>> {
  const names = {} as Record<Name, readonly string[]>;
  for (const name of Object.keys(maps) as Name[])
    Object.defineProperty(names, name, {
      get: later(() => Object.keys(maps[name].keys())),
      enumerable: true,
    });
  return names;
}

interface Definition extends z.core.$ZodObjectDef {
  readonly keys: Keys;
}

function definition(keys: Keys, checks: z.core.$ZodCheck[]): Definition {
  const shape: Record<string, z.ZodMiniType> = {};
  for (const [name, { schema }] of Object.entries(keys))
    Object.defineProperty(shape, name, { get: schema, enumerable: true });
  return { type: "object", shape, catchall: z.never(), error: () => map, checks, keys };
}

const ordinaryMap: z.core.$constructor<z.ZodMiniObject> = z.ZodMiniObject;

/**
 * The schema of a map that checks a value by the keys in it and by the required ones. So zod neither makes the schemas of
 * all other keys, nor asks each of them about an absent value. The shape has all keys, for fleet.schema.json.
 */
const UsedKeys = z.core.$constructor<z.ZodMiniObject, Definition>("UsedKeys", (whole, def) => {
  const { keys } = def;
  ordinaryMap.init(whole, def);
  const parts = new Map<string, z.ZodMiniObject>();
  whole._zod.parse = (payload, context) => {
    const used = usedKeys(keys, payload.value);
    const id = used.map(([name]) => name).join();
    const part = parts.get(id) ?? schemaOfKeys(used);
    parts.set(id, part);
    return part._zod.parse(payload, context);
  };
});

function usedKeys(keys: Keys, value: unknown): readonly (readonly [string, Key])[] {
  const isMap = typeof value === "object" && value !== null;
  return Object.entries(keys).filter(([name, { isRequired }]) => isRequired || (isMap && name in value));
}

function schemaOfKeys(used: readonly (readonly [string, Key])[]): z.ZodMiniObject {
  return z.strictObject(Object.fromEntries(used.map(([name, { schema }]) => [name, schema()])), map);
}
