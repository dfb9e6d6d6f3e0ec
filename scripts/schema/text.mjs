import prettier from "prettier";
import { schemaOf } from "./generator.mjs";

/**
 * Returns the file of a JSON Schema as text, made from the types in src/report.
 * @param {import("./documents.mjs").JsonDocument} document
 */
export async function schemaText({ type, title, description, adjust }) {
  const { definitions = {}, ...root } = schemaOf(type);
  const head = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    description: `${description} Keys may be added without a new formatVersion.`,
  };
  const schema = { ...head, ...root, ...head, $defs: definitions };
  // Without this, a wrong result with a warning would pass for the problems of a failed command.
  Object.assign(Object(definitions["Problems"]).properties, forbidden);
  adjust?.(/** @type {Parameters<typeof adjust>[0]} */ (definitions));
  const text = JSON.stringify(withNames(withEnums(schema)));
  return prettier.format(text, { parser: "json", printWidth: 110 });
}

/** Keys of which each result has one. Types cannot forbid a key. */
const forbidden = { fleet: false, plan: false, event: false };

/** Returns a schema with an `enum` in place of several constants. */
function withEnums(schema) {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(withEnums);
  const { anyOf, ...rest } = schema;
  const words = anyOf?.map(wordsOf);
  if (words?.every((some) => some !== undefined))
    return { type: "string", ...rest, enum: [...new Set(words.flat())] };
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withEnums(value)]));
}

/** Returns the words that a schema allows; undefined if it allows anything else. */
function wordsOf(schema) {
  const { type, const: word, enum: words, ...rest } = withEnums(schema);
  return type === "string" && Object.keys(rest).length === 0 ? (words ?? [word]) : undefined;
}

const refPrefix = "#/definitions/";

/**
 * Returns a schema in which each definition has a plain name. The generator names uses of generic types, such as
 * `Record<string,string>`, after their text or their place in the file. Such a definition moves to where it is used.
 */
function withNames({ $defs: definitions, ...root }) {
  const isNamed = (name) => /^\w+$/.test(name);
  const inline = (schema) => {
    if (typeof schema !== "object" || schema === null) return schema;
    if (Array.isArray(schema)) return schema.map(inline);
    const { $ref: ref, ...rest } = schema;
    const copy = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inline(value)]));
    if (typeof ref !== "string") return copy;
    const name = decodeURIComponent(ref.slice(refPrefix.length));
    return isNamed(name) ? { $ref: `#/$defs/${name}`, ...copy } : { ...inline(definitions[name]), ...copy };
  };
  const named = Object.entries(definitions).filter(([name]) => isNamed(name));
  return { ...inline(root), $defs: Object.fromEntries(named.map(([name, each]) => [name, inline(each)])) };
}
