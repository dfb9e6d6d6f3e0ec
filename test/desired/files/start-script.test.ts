import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { folderOf, joinedScripts, joinScript } from "../../../scripts/units/joined-scripts.mjs";

describe.each(joinedScripts)("The script $file", (script) => {
  const folder = folderOf(script);
  const parts = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sh"))
    .map((file) => ({ file, text: readFileSync(`${folder}/${file}`, "utf8") }));

  it("consists of its parts: npm run units writes it", () => {
    expect(readFileSync(script.file, "utf8") === joinScript(script)).toBe(true);
  });

  it("has parts of less than 300 lines that begin with what comes in and out", () => {
    expect(parts.length).toBeGreaterThan(8);
    expect(parts.filter(({ text }) => text.split("\n").length > 300).map(({ file }) => file)).toEqual([]);
    const bare = parts.filter(
      ({ file, text }) => file !== "head.sh" && !/^# In {5}[^]*^# Out {4}/m.test(text),
    );
    expect(bare.map(({ file }) => file)).toEqual([]);
  });
});

describe("The start script", () => {
  it("hides from the agent each variable that its drop-in has for the script", () => {
    const directives = readFileSync("src/desired/files/directives.ts", "utf8");
    const [, body = ""] =
      /^load_environment\(\) \{$([^]*?)^\}$/m.exec(readFileSync("units/start-agent-session.sh", "utf8")) ??
      [];
    const hidden = [...body.matchAll(/^ +unset (.*)$/gm)].flatMap(([, names = ""]) => names.split(" "));
    const declared = [...directives.matchAll(/"(MOSAIC_AGENT_[A-Z_]+)"/g)].map(([, name = ""]) => name);
    expect(declared.length).toBeGreaterThan(20);
    expect(declared.filter((name) => !hidden.includes(name))).toEqual([]);
  });
});
