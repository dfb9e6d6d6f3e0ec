import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { documents } from "../../scripts/schema/documents.mjs";
import { schemaText } from "../../scripts/schema/text.mjs";

describe("the schemas of the JSON that commands print", () => {
  for (const document of documents) {
    it(`has ${document.file} as the types of the output say: npm run schema writes it`, async () => {
      expect(readFileSync(document.file, "utf8") === (await schemaText(document))).toBe(true);
    }, 120_000);
  }

  it("are part of the package", () => {
    const { files } = JSON.parse(readFileSync("package.json", "utf8")) as { files: readonly string[] };
    expect(files).toEqual(expect.arrayContaining(documents.map(({ file }) => file)));
  });

  it("define every type once, under a plain name, and use each", () => {
    for (const { file } of documents) {
      const text = readFileSync(file, "utf8");
      const names = Object.keys((JSON.parse(text) as { $defs: object }).$defs);
      expect(names.filter((name) => !/^\w+$/.test(name) || !text.includes(`"#/$defs/${name}"`))).toEqual([]);
    }
  });
});
