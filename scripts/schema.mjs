// Writes the JSON Schemas of what commands print, from the types of the code.
import { writeFileSync } from "node:fs";
import prettier from "prettier";
import { planSchema } from "./schema/plan-schema.mjs";

writeFileSync("plan.schema.json", await prettier.format(planSchema(), { parser: "json", printWidth: 110 }));
