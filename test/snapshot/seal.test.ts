import fc, { type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import { environmentOf, envFileEntries } from "../../src/desired/env/env-file-entries.ts";
import { isEdited, markWithComment, readMark } from "../../src/desired/marks/file-mark.ts";
import { maskFileLines, logicalTexts } from "../../src/diffs/mask-file-lines.ts";
import { editOf } from "../../src/diffs/file-edit.ts";
import { diffLines } from "../../src/diffs/diff-lines.ts";
import { sealText } from "../../src/snapshot/seal.ts";
import { envText, marked, secrets, unitText } from "../support/snapshot/texts.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 300) };

interface Kind {
  readonly role: "env" | "drop-in";
  readonly text: Arbitrary<string>;
}

const kinds: Readonly<Record<string, Kind>> = {
  "an env file": { role: "env", text: envText },
  "a unit": { role: "drop-in", text: unitText },
  "an env file with the fleet's mark": { role: "env", text: marked(envText, "comment") },
  "a drop-in with the fleet's mark": { role: "drop-in", text: marked(unitText, "section") },
};

describe.each(Object.entries(kinds))("Sealing %s", (_, { role, text }) => {
  const seal = (content: string): string => sealText(content, role === "env");
  const shown = (content: string): readonly string[] =>
    maskFileLines(role, content, "").before.map((line) => line.shown);

  it("leaves nothing of a hidden secret", () => {
    fc.assert(
      fc.property(text, (content) => {
        const visible = shown(content).join("\n");
        const hidden = secrets
          .flatMap((secret) => secret.split("\n"))
          .filter((part) => content.includes(part) && !visible.includes(part));
        const sealed = seal(content);
        expect(hidden.filter((part) => sealed.includes(part))).toEqual([]);
      }),
      runs,
    );
  });

  it("does not change the visible parts, line by line", () => {
    fc.assert(
      fc.property(text, (content) => {
        expect(shown(seal(content))).toEqual(shown(content));
      }),
      runs,
    );
  });

  it("keeps equal texts equal and different ones different", () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(seal(one) === seal(other)).toBe(one === other);
      }),
      runs,
    );
  });

  it("shows the owner of a file, and whether a person has edited it, like the file itself", () => {
    fc.assert(
      fc.property(text, (content) => {
        const sealed = seal(content);
        expect(readMark(sealed)).toEqual(readMark(content));
        expect(isEdited(sealed)).toBe(isEdited(content));
      }),
      runs,
    );
  });

  it("shows the same changed lines, unless a secret moves from one name to another", () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), (content, at, length) => {
        const lines = role === "env" ? envFileEntries(content).map(({ raw }) => raw) : logicalTexts(content);
        const shorter = `${lines.toSpliced(at % (lines.length + 1), length % 3).join("\n")}\n`;
        // The context shows that a text is part of a key, and so hidden.
        if (content.includes("PRIVATE KEY") || !showsTheSame(content, shorter)) return;
        const diff = (before: string, after: string): readonly string[] =>
          diffLines(editOf("/f", role, before, after));
        expect(diff(seal(content), seal(shorter))).toEqual(diff(content, shorter));
      }),
      runs,
    );
  });

  /** Returns true if neither text masks the other one's lines. */
  function showsTheSame(one: string, other: string): boolean {
    const { before, after } = maskFileLines(role, one, other);
    const alone = [shown(one), shown(other)];
    return (
      JSON.stringify([before, after].map((lines) => lines.map((line) => line.shown))) ===
      JSON.stringify(alone)
    );
  }
});

describe("A sealed text", () => {
  it("has the same variables in the same lines", () => {
    const text = `MODEL=opus\nAPI_TOKEN="first\nsecond"\nCOMMAND="run --token hush"\nLAST=1\n`;
    const sealed = sealText(text, true);
    expect(sealed.split("\n")).toHaveLength(text.split("\n").length);
    expect([...environmentOf(sealed).keys()]).toEqual(["MODEL", "API_TOKEN", "COMMAND", "LAST"]);
    expect(sealed).toMatch(
      /^MODEL=opus\nAPI_TOKEN="sealed00[^]*\nCOMMAND="run --token <sealed-.*"\nLAST=1\n$/,
    );
  });

  it("has a repeated secret of the text sealed, under any name", () => {
    const text =
      markWithComment("MODEL=opus\n", { fleet: "mosaic", agent: "canary" }) + "NOTE=hush-declared\n";
    expect(sealText(text, true)).toContain("NOTE=hush-declared\n");
    expect(sealText(text, true, "API_TOKEN=hush-declared\n")).toMatch(/NOTE="sealed00[0-9a-f]{16}"\n$/);
  });

  it("has the lines below the mark of a drop-in sealed too, although they are in the mark's section", () => {
    const text =
      "[Service]\nNice=1\n[X-Fleet]\nFleet=mosaic\nAgent=canary\nDigest=x\nEnvironment=API_TOKEN=hush\n";
    const sealed = sealText(text, false);
    expect(sealed).not.toContain("hush");
    expect(readMark(sealed)).toEqual({ fleet: "mosaic", agent: "canary", protect: false });
  });
});
