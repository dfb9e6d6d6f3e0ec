import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { documents } from "../../scripts/schema/documents.mjs";
import { schemaText } from "../../scripts/schema/text.mjs";

describe("the schemas of the JSON that commands print", () => {
  for (const document of documents) {
    it(`has ${document.file} as the types of the output require: npm run schema writes it`, async () => {
      expect(readFileSync(document.file, "utf8") === (await schemaText(document))).toBe(true);
    });
  }

  it("are part of the package", () => {
    const { files } = JSON.parse(readFileSync("package.json", "utf8")) as { files: readonly string[] };
    expect(files).toEqual(expect.arrayContaining(documents.map(({ file }) => file)));
  });

  it("are JSON Schemas of 2020-12", () => {
    const ajv = new Ajv2020();
    for (const { file } of documents) {
      const isSchema = ajv.validateSchema(JSON.parse(readFileSync(file, "utf8")) as object);
      expect([file, isSchema, ajv.errors ?? []]).toEqual([file, true, []]);
    }
  });

  it("describe each event of a watch", () => {
    const { $defs: types } = JSON.parse(readFileSync("watch.schema.json", "utf8")) as Schema;
    const events = types?.["WatchEventJson"]?.anyOf ?? [];
    expect(events.length).toBeGreaterThan(20);
    expect(events.filter((event) => !isDescribed(event, types ?? {}))).toEqual([]);
  });

  it("define every type once, under a plain name, and use each", () => {
    for (const { file } of documents) {
      const text = readFileSync(file, "utf8");
      const names = Object.keys((JSON.parse(text) as { $defs: object }).$defs);
      expect(names.filter((name) => !/^\w+$/.test(name) || !text.includes(`"#/$defs/${name}"`))).toEqual([]);
    }
  });
});

interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Types;
}

type Types = Readonly<Record<string, Schema>>;

/** Returns true if a description stands at the event, at its type, or at its key `event`. */
function isDescribed(schema: Schema | undefined, types: Types): boolean {
  if (schema === undefined) return false;
  const { $ref: ref, description, allOf = [], properties } = schema;
  const type = ref === undefined ? undefined : types[ref.replace("#/$defs/", "")];
  return (
    description !== undefined ||
    properties?.["event"]?.description !== undefined ||
    [type, ...allOf].some((part) => isDescribed(part, types))
  );
}
