import applySchema from "../../../apply.schema.json" with { type: "json" };
import eventsSchema from "../../../events.schema.json" with { type: "json" };
import logsSchema from "../../../logs.schema.json" with { type: "json" };
import planSchema from "../../../plan.schema.json" with { type: "json" };
import sendSchema from "../../../send.schema.json" with { type: "json" };
import statusSchema from "../../../status.schema.json" with { type: "json" };
import whySchema from "../../../why.schema.json" with { type: "json" };
import type { JsonSchema } from "../../mcp/parameter.ts";
import { resultSchema } from "../../mcp/result-schema.ts";
import type { ToolName } from "../../mcp/tools.ts";

/** The lines of `fleet logs --json` as one object. */
const logLines: JsonSchema = {
  ...logsSchema,
  anyOf: [
    {
      type: "object",
      properties: {
        formatVersion: { type: "string", const: "2.0" },
        lines: { type: "array", items: { $ref: "#/$defs/LogLineJson" } },
      },
      required: ["formatVersion", "lines"],
    },
    { $ref: "#/$defs/Problems" },
  ],
};

const schemas: Readonly<Record<ToolName, JsonSchema>> = {
  status: statusSchema,
  plan: planSchema,
  why: whySchema,
  logs: logLines,
  events: eventsSchema,
  wait: statusSchema,
  send: sendSchema,
  start: applySchema,
  restart: applySchema,
  stop: applySchema,
  suspend: applySchema,
  resume: applySchema,
  apply: applySchema,
};

/** References from the root to the rows of each agent, with the members of the output in between. */
const schemaDepth = 2;

/** Returns the schema of the structured result of a tool. */
export function resultSchemaOf(tool: ToolName): JsonSchema & { readonly type: "object" } {
  return resultSchema(schemas[tool], schemaDepth);
}
