import * as z from "zod/mini";
import { fleetSchema } from "./schema/schema.ts";

/**
 * Returns the JSON Schema of a written fleet.yaml, for editors. Draft 7, because yaml-language-server
 * supports it best (it reads later drafts only in parts). Has no $id: editors find the file by its path.
 */
export function fleetJsonSchema(): unknown {
  const { $schema, ...schema } = z.toJSONSchema(fleetSchema, {
    io: "input",
    target: "draft-7",
    override: ({ zodSchema, jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) jsonSchema.patternProperties = { "^x-": {} };
      nullableInOne(jsonSchema);
      // The help comes after the type. Zod leaves out a default if the parsed value has another type, as with
      // durations: here it is in the written form.
      for (const [name, value] of Object.entries(z.globalRegistry.get(zodSchema) ?? {})) {
        delete jsonSchema[name];
        jsonSchema[name] = value;
      }
    },
  });
  return {
    $schema,
    title: "fleet.yaml of mosaic-fleet",
    description: "A fleet of long-running agents in tmux, kept by systemd.",
    ...schema,
  };
}

/**
 * Replaces an `anyOf` by one `type` with two names: editors explain it better, and complete keys below it.
 */
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
