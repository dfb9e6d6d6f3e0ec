import * as z from "zod/mini";
import { fleetSchema } from "./schema.ts";

/**
 * The JSON Schema of fleet.yaml as it is written, for editors. Draft 7, which yaml-language-server knows best (it reads
 * later drafts only in parts). It has no $id: the file is found by its path.
 */
export function fleetJsonSchema(): unknown {
  const { $schema, ...schema } = z.toJSONSchema(fleetSchema, {
    io: "input",
    target: "draft-7",
    override: ({ zodSchema, jsonSchema }) => {
      nullableInOne(jsonSchema);
      // Zod leaves these out where the parsed value has another type, as with durations: here they are as written.
      const { default: preset, examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (preset !== undefined) jsonSchema.default = preset;
      if (Array.isArray(examples)) jsonSchema.examples = examples;
    },
  });
  return {
    $schema,
    title: "fleet.yaml of mosaic-fleet",
    description: "A fleet of long-running agents in tmux, kept by systemd.",
    ...schema,
  };
}

/** One `type` with two names: editors explain it better than an `anyOf`, and complete keys below it. */
function nullableInOne(schema: z.core.JSONSchema.BaseSchema): void {
  const [first, second, ...more] = schema.anyOf ?? [];
  if (typeof first !== "object" || typeof second !== "object" || more.length > 0) return;
  if (first.type !== "object" || second.type !== "null") return;
  const { description } = schema;
  delete schema.anyOf;
  // zod's types know a single name only; the drafts know lists as well.
  Object.assign(
    schema,
    first,
    { type: ["object", "null"] },
    description === undefined ? {} : { description },
  );
}
