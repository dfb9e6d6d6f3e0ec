import { createGenerator } from "ts-json-schema-generator";

/** Returns plan.schema.json as text, made from the types in src/report/plan/plan-output.ts. */
export function planSchema() {
  const generator = createGenerator({
    path: "src/report/plan/plan-output.ts",
    tsconfig: "tsconfig.json",
    type: "PlanDocument",
    // npm run typecheck does that, with the compiler of the project.
    skipTypeCheck: true,
    additionalProperties: true,
    expose: "all",
    jsDoc: "extended",
    topRef: false,
  });
  const { $schema: _, definitions, ...root } = generator.createSchema("PlanDocument");
  const whole = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A plan of mosaic-fleet",
    description:
      "The output of `fleet plan --json` and `fleet diff --json`, and a plan that `fleet plan --out FILE` has saved; or their problems, if there is no plan. Keys may be added without a new formatVersion.",
    ...root,
    $defs: {
      ...definitions,
      // A saved plan has both. Types cannot say that in one place.
      PlanOutput: Object.assign({}, definitions?.["PlanOutput"], {
        dependentRequired: { origin: ["checksum"], checksum: ["origin"] },
      }),
    },
  };
  return `${JSON.stringify(whole, null, 2).replaceAll('"#/definitions/', '"#/$defs/')}\n`;
}
