import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseFleet } from "../../src/config/parse.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";

const text = readFileSync("README.md", "utf8");
const recorder = readFileSync("scripts/record/inside.mjs", "utf8");
const recording = readFileSync("docs/recording.svg", "utf8");

const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, block = ""]) => block);

describe("README.md", () => {
  it("is short", () => {
    expect(text.split(/\s+/).length).toBeLessThan(1500);
  });

  it("has only valid examples", () => {
    expect(blocks("yaml")).toHaveLength(2);
    for (const example of blocks("yaml"))
      expect(parseFleet(example, "README.md")).toMatchObject({ ok: true });
  });

  describe("its first plan", () => {
    const box = useSandbox();

    it("is what fleet prints for the file of the recording", async () => {
      const [, file = ""] = /const fleetFile = `(.*?)`;/s.exec(recorder) ?? [];
      await box.write("~/.local/bin/claude", "#!/bin/sh\necho started\nexec sleep infinity\n", 0o755);
      await box.sh("mkdir -p ~/src/app");
      await box.write("~/fleet.yaml", file);
      await box.sh("cd && fleet apply --yes");
      await box.sh("sed -i 's/sonnet/haiku/' ~/fleet.yaml; echo '  scribe:' >>~/fleet.yaml");
      const stdout = await box.sh("cd && fleet plan");
      const [shown = ""] = blocks("console");
      expect(`$ fleet plan\n${withoutTimes(stdout)}`).toBe(withoutTimes(shown));
    });
  });
});

function withoutTimes(plan: string): string {
  return plan.replaceAll(/last output \d+ \w+ ago/g, "last output N ago");
}

describe("docs/recording.svg", () => {
  it("loads nothing and runs no script, as GitHub wants it", () => {
    expect(recording).not.toMatch(/<script|<foreignObject|@import|url\(|href="(?!#)/);
    expect(recording).toContain("@keyframes");
  });

  it("says that claude is a stand-in", () => {
    expect(recording).toContain("A stand-in for claude");
  });
});
