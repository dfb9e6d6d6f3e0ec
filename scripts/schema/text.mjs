import prettier from "prettier";
import { schemaOf } from "./generator.mjs";

/** Returns the file of a JSON Schema as text, made from the types in src/report. */
export async function schemaText({ type, title, printedBy, adjust }) {
  const { $schema: _, definitions = {}, ...root } = schemaOf(type);
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    description: `The output of ${printedBy}; or its problems, if it fails before. Keys may be added without a new formatVersion.`,
    ...root,
    $defs: definitions,
  };
  adjust?.(definitions);
  const text = JSON.stringify(withNames(withEnums(schema)));
  return prettier.format(text, { parser: "json", printWidth: 110 });
}

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
