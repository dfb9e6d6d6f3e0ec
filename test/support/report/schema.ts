import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import type { documents } from "../../../scripts/schema/documents.mjs";
import { preparedTool } from "../rig/box/prepared-tool.ts";

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
 * To optimize the code of a check, or to copy short definitions into it, takes longer than a test. A test of its own checks
 * the schemas.
 */
const quickly = { code: { optimize: false, source: true }, inlineRefs: false };

/**
 * Returns the check of a schema. The processes of a run of tests share its code: to read it takes a tenth of the time to
 * make it.
 */
function compile(schema: SchemaName, strictness: Strictness): ValidateFunction {
  const { tool } = preparedTool();
  if (tool === undefined) return checkOf(schema, strictness).check;
  const file = join(tool, `checks/${strictness}-${schema}.js`);
  if (!existsSync(file)) {
    const { ajv, check } = checkOf(schema, strictness);
    const part = `${file}.${process.pid}`;
    writeFileSync(part, standaloneCode.default(ajv, check));
    renameSync(part, file);
    return check;
  }
  const module: { exports: unknown } = { exports: {} };
  const parameters = ["require", "module", "exports"];
  const run = compileFunction(readFileSync(file, "utf8"), parameters) as (...args: unknown[]) => void;
  run(createRequire(import.meta.url), module, module.exports);
  return module.exports as ValidateFunction;
}

// Ajv is what editors and most programs in JavaScript check JSON Schemas with, and knows the 2020-12 dialect.
function checkOf(
  schema: SchemaName,
  strictness: Strictness,
): { readonly ajv: Ajv2020; readonly check: ValidateFunction } {
  const parsed: unknown = JSON.parse(readFileSync(`${schema}.schema.json`, "utf8"));
  if (strictness === "open") {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, ...quickly });
    return { ajv, check: ajv.compile(asObject(parsed)) };
  }
  // Unevaluated properties are forbidden next to a reference too: it has no type.
  const ajv = new Ajv2020({ strict: true, strictTypes: false, validateSchema: false, ...quickly });
  return { ajv, check: ajv.compile({ ...asObject(close(parsed)), unevaluatedProperties: false }) };
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
