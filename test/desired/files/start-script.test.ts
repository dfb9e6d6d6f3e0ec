import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { directives } from "../../../src/desired/files/directives.ts";
import { scriptVariables } from "../../../src/desired/env/script-variables.ts";
import { folderOf, joinedScripts, joinScript } from "../../../scripts/units/joined-scripts.mjs";

describe.each(joinedScripts)("The script $file", (script) => {
  const folder = folderOf(script);
  const parts = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sh"))
    .map((file) => ({ file, text: readFileSync(`${folder}/${file}`, "utf8") }));

  it("consists of its parts: npm run units writes it", () => {
    expect(readFileSync(script.file, "utf8") === joinScript(script)).toBe(true);
  });

  it("is ASCII: one character beyond makes V8 keep each of its texts in two bytes for a character", () => {
    expect(/^[\t\n -~]*$/.test(readFileSync(script.file, "utf8"))).toBe(true);
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

describe("The variables of the start script", () => {
  const script = readFileSync("units/start-agent-session.sh", "utf8");
  const units = readdirSync("units").filter(
    (file) => /\.(?:sh|service)$/.test(file) && file !== "test-fleet-units.sh",
  );
  const names = [...scriptVariables.keys()];
  const namesOf = (setter: string) =>
    names.filter((name) => scriptVariables.get(name)?.setBy === setter).sort();

  it("are those of the scripts and units", () => {
    const used = units.flatMap(
      (file) => readFileSync(`units/${file}`, "utf8").match(/\bMOSAIC_\w*[A-Z]\b/g) ?? [],
    );
    const prefix = "MOSAIC_AGENT_WORKTREE"; // of a loop over variables
    expect(
      [...new Set(used), "MOSAIC_AGENT_HOST", "MOSAIC_AGENT_REPLICA"]
        .filter((name) => name !== prefix)
        .sort(),
    ).toEqual(names.sort());
  });

  it("have a directive if a drop-in sets them", () => {
    const set = directives.flatMap(({ variable }) => variable ?? []);
    expect([...set, "MOSAIC_AGENT_COMPLETION"].sort()).toEqual(namesOf("drop-in"));
  });

  it("are hidden from the agent if they are for the script alone", () => {
    const [, body = ""] = /^load_environment\(\) \{$([^]*?)^\}$/m.exec(script) ?? [];
    const hidden = [...body.matchAll(/^ +unset (.*)$/gm)].flatMap(
      ([, list = ""]) => list.match(/MOSAIC_\w+/g) ?? [],
    );
    const own = names.filter((name) => scriptVariables.get(name)?.for === "script");
    expect([...hidden, ...namesOf("holder")].sort()).toEqual(own.sort());
    expect(/^ +unset .*MOSAIC_TMUX_CONFIG$/m.test(script)).toBe(true);
  });

  it("are exported if the script sets them", () => {
    const exported = units.flatMap((file) =>
      [...readFileSync(`units/${file}`, "utf8").matchAll(/\bexport (.*)/g)].flatMap(
        ([, list = ""]) => list.match(/\bMOSAIC_\w+/g) ?? [],
      ),
    );
    expect(exported).toEqual(expect.arrayContaining(namesOf("script")));
  });
});
