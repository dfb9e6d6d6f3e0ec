/**
 * A part of a JSON Schema.
 *
 * @typedef {{ readonly type?: string | readonly string[], readonly description?: string, readonly default?: unknown,
 *   readonly examples?: readonly unknown[], readonly enum?: readonly unknown[], readonly const?: unknown,
 *   readonly properties?: Readonly<Record<string, Schema>>, readonly additionalProperties?: Schema | boolean,
 *   readonly items?: Schema, readonly anyOf?: readonly Schema[], readonly oneOf?: readonly Schema[],
 *   readonly required?: readonly string[] }} Schema
 */

/**
 * Returns the page with all keys of fleet.yaml: one heading for each key at the top, and one row for each key below.
 *
 * @param {Schema} schema
 */
export function referenceOf(schema) {
  const sections = Object.entries(schema.properties ?? {}).map(([name, part]) => {
    const rows = keysOf(part, name);
    const about = `## \`${name}\`\n\n${part.description ?? ""}\n\n${facts(part)}\n`;
    return rows.length === 0
      ? about
      : `${about}\n| key | meaning | values |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# Schema of fleet.yaml

This page follows from [fleet.schema.json](../fleet.schema.json), which editors use for completion and checks. The page
[fleet.yaml](fleet-yaml.md) explains the keys.

${sections.join("\n")}`;
}

/**
 * Returns the rows of all keys below a part.
 *
 * @param {Schema} schema
 * @param {string} path
 * @returns {readonly string[]}
 */
function keysOf(schema, path) {
  const inside = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return inside.flatMap(({ properties = {}, additionalProperties, items }) => [
    ...Object.entries(properties).flatMap(([name, part]) => [
      row(`${path}.${name}`, part),
      ...keysOf(part, `${path}.${name}`),
    ]),
    ...(typeof additionalProperties === "object" ? keysOf(additionalProperties, `${path}.NAME`) : []),
    ...(items === undefined ? [] : keysOf(items, `${path}[]`)),
  ]);
}

/**
 * Returns the row of a key.
 *
 * @param {string} path
 * @param {Schema} schema
 */
function row(path, schema) {
  return `| \`${path}\` | ${cell(schema.description ?? "")} | ${cell(facts(schema))} |`;
}

/**
 * Returns type, values, default and examples of a part, in words.
 *
 * @param {Schema} schema
 */
function facts(schema) {
  const { default: usual, examples = [] } = schema;
  const values = valuesOf(schema);
  return [
    values === "" ? "" : `${values}.`,
    usual === undefined ? "" : `Default: \`${JSON.stringify(usual)}\`.`,
    examples.length === 0
      ? ""
      : `Such as ${examples.map((example) => `\`${JSON.stringify(example)}\``).join(", ")}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

/**
 * Returns the values or the type of a part, in words.
 *
 * @param {Schema} schema
 * @returns {string}
 */
function valuesOf({ type, enum: words, const: only, anyOf, oneOf }) {
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (words !== undefined) return words.map((word) => `\`${JSON.stringify(word)}\``).join(", ");
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return [...new Set(choices.map(valuesOf).filter(Boolean))].join(" or ");
  const types = (Array.isArray(type) ? type : [type]).filter((each) => each !== undefined && each !== "null");
  return types
    .map((each) => ({ object: "map", array: "list" })[/** @type {"object"} */ (each)] ?? each)
    .join(" or ");
}

/**
 * Returns a text for a cell of a table.
 *
 * @param {string} text
 */
function cell(text) {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
