/** The output of each command with --json: the file of its schema, and the type of the code behind it. */
export const documents = [
  {
    file: "plan.schema.json",
    type: "PlanDocument",
    title: "A plan of mosaic-fleet",
    printedBy:
      "`fleet plan --json` and `fleet diff --json`, and a plan that `fleet plan --out FILE` has saved",
    // A saved plan has both. Types cannot say that in one place.
    adjust: (definitions) => {
      definitions.PlanOutput.dependentRequired = { origin: ["checksum"], checksum: ["origin"] };
    },
  },
];
