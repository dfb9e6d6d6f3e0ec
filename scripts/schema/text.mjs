import prettier from "prettier";
import { definitionOf } from "./documents.mjs";
import { schemaOf } from "./generator.mjs";

/** @typedef {import("ts-json-schema-generator").Schema} Schema */
/** @typedef {import("./documents.mjs").Definitions} Definitions */

/**
 * Returns the file of a JSON Schema as text, made from the types in src/report.
 * @param {import("./documents.mjs").JsonDocument} document
 */
export async function schemaText({ type, title, description, adjust }) {
  const { definitions: found = {}, ...root } = schemaOf(type);
  const definitions = /** @type {Definitions} */ (found);
  const head = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    description: `${description} Keys may be added without a new formatVersion.`,
  };
  const schema = { ...head, ...root, ...head, $defs: definitions };
  // Without this, a wrong result with a warning would pass for the problems of a failed command.
  Object.assign(definitionOf(definitions, "Problems").properties ?? {}, forbidden);
  adjust?.(definitions);
  const text = JSON.stringify(withNames(/** @type {typeof schema} */ (withEnums(schema))));
  return prettier.format(text, { parser: "json", printWidth: 110 });
}

/** Keys of which each result has one. Types cannot forbid a key. */
const forbidden = { fleet: false, plan: false, event: false };

/**
 * Returns a schema, or a part of one, with an `enum` in place of several constants.
 *
 * @param {unknown} schema
 * @returns {unknown}
 */
function withEnums(schema) {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(withEnums);
  const { anyOf, ...rest } = /** @type {Schema} */ (schema);
  const words = anyOf?.map(wordsOf);
  if (words?.every((some) => some !== undefined))
    return { type: "string", ...rest, enum: [...new Set(words.flat())] };
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withEnums(value)]));
}

/**
 * Returns the words that a schema allows; undefined if it allows anything else.
 *
 * @param {unknown} schema
 */
function wordsOf(schema) {
  const { type, const: word, enum: words, ...rest } = /** @type {Schema} */ (withEnums(schema));
  return type === "string" && Object.keys(rest).length === 0 ? (words ?? [word]) : undefined;
}

const refPrefix = "#/definitions/";

/**
 * Returns a schema in which each definition has a plain name. The generator names uses of generic types, such as
 * `Record<string,string>`, after their text or their place in the file. Such a definition moves to where it is used.
 *
 * @param {Schema & { $defs: Definitions }} schema
 */
function withNames({ $defs: definitions, ...root }) {
  /**
   * Returns true if a definition has a plain name.
   *
   * @param {string} name
   */
  const isNamed = (name) => /^\w+$/.test(name);
  /**
   * Returns a part of a schema with references to named definitions only.
   *
   * @param {unknown} part
   * @returns {unknown}
   */
  const inline = (part) => {
    if (Array.isArray(part)) return part.map(inline);
    return typeof part === "object" && part !== null ? inlineKeys(part) : part;
  };
  /**
   * Returns an object of a schema with references to named definitions only.
   *
   * @param {Schema} schema
   * @returns {Record<string, unknown>}
   */
  const inlineKeys = ({ $ref: ref, ...rest }) => {
    const copy = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inline(value)]));
    if (ref === undefined) return copy;
    const name = decodeURIComponent(ref.slice(refPrefix.length));
    if (isNamed(name)) return { $ref: `#/$defs/${name}`, ...copy };
    return { ...inlineKeys(definitionOf(definitions, name)), ...copy };
  };
  const named = Object.entries(definitions).filter(([name]) => isNamed(name));
  return {
    ...inlineKeys(root),
    $defs: Object.fromEntries(named.map(([name, each]) => [name, inline(each)])),
  };
}
