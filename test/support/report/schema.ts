import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { documents } from "../../../scripts/schema/documents.mjs";

/** The name of a schema without the end of its file: `hosts-run`. */
export type SchemaName = (typeof documents)[number]["file"] extends `${infer Name}.schema.json`
  ? Name
  : never;

type Strictness = "open" | "closed";

const known = new Map<string, ValidateFunction>();

/**
 * Returns what is wrong with a value once it has been printed; nothing if it fits the schema. The published schemas
 * let later versions add keys. A `closed` check, which is the default, takes only the keys of this version.
 */
export function misfits(
  schema: SchemaName,
  value: unknown,
  strictness: Strictness = "closed",
): readonly unknown[] {
  const name = `${strictness} ${schema}`;
  const check = known.get(name) ?? compile(schema, strictness);
  known.set(name, check);
  return check(JSON.parse(JSON.stringify(value))) ? [] : (check.errors ?? []);
}

/**
 * Each process of tests compiles the schemas, and a check takes microseconds: to optimize its code, or to copy short
 * definitions into it, takes longer. A test of its own checks the schemas.
 */
const quickly = { code: { optimize: false }, inlineRefs: false };

// Ajv is what editors and most programs in JavaScript check JSON Schemas with, and knows the 2020-12 dialect.
function compile(schema: SchemaName, strictness: Strictness): ValidateFunction {
  const parsed: unknown = JSON.parse(readFileSync(`${schema}.schema.json`, "utf8"));
  if (strictness === "open")
    return new Ajv2020({ strict: true, allowUnionTypes: true, ...quickly }).compile(asObject(parsed));
  // Unevaluated properties are forbidden next to a reference too: it has no type.
  return new Ajv2020({ strict: true, strictTypes: false, validateSchema: false, ...quickly }).compile({
    ...asObject(close(parsed)),
    unevaluatedProperties: false,
  });
}

/** Forbids unknown keys in every value of a property and every element. A part of an `allOf` does not know them all. */
function close(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(close);
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === "properties") return [key, mapValues(value, (each) => closed(each))];
      if (key === "items") return [key, Array.isArray(value) ? value.map(closed) : closed(value)];
      return [key, close(value)];
    }),
  );
}

function closed(schema: unknown): unknown {
  return typeof schema === "object" ? { ...asObject(close(schema)), unevaluatedProperties: false } : schema;
}

function mapValues(value: unknown, change: (each: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(asObject(value)).map(([key, each]) => [key, change(each)]));
}

function asObject(value: unknown): object {
  if (typeof value !== "object" || value === null) throw new Error(`no object: ${JSON.stringify(value)}`);
  return value;
}
