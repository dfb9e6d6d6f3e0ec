import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isEdited,
  markWithComment,
  markWithSection,
  readMark,
} from "../../../src/desired/marks/file-mark.ts";

const text = fc.string({ unit: "binary" }).map((body) => `A=1\n${body}\n`);
const mark = fc.record({
  fleet: fc.constantFrom("mosaic", "web-2"),
  agent: fc.constantFrom(undefined, "canary", "constructor"),
  protect: fc.boolean(),
});

describe("A mark", () => {
  it("is read as it was written, in env files and units, and the file counts as unedited", () => {
    fc.assert(
      fc.property(text, mark, (content, fields) => {
        for (const write of [markWithComment, markWithSection]) {
          const marked = write(content, fields);
          expect(readMark(marked)).toEqual(fields);
          expect(isEdited(marked)).toBe(false);
        }
      }),
    );
  });

  it("reveals any edit of the rest, but not of itself", () => {
    const env = markWithComment("A=1\nB=2\n", { fleet: "mosaic", agent: "canary" });
    expect(isEdited(env.replace("B=2", "B=3"))).toBe(true);
    expect(isEdited(`${env}C=3\n`)).toBe(true);
    expect(isEdited(`# note\n${env}`)).toBe(true);
    expect(isEdited(env.replace("agent=canary", "agent=canary protect=yes"))).toBe(false);
    const unit = markWithSection("[Unit]\nAfter=x.service\n", { fleet: "mosaic" });
    expect(isEdited(unit.replace("x.service", "y.service"))).toBe(true);
    expect(isEdited(`${unit}[Service]\nNice=5\n`)).toBe(true);
  });

  it("names its fleet and agent, so that a copy is not mistaken for the file of another agent", () => {
    const env = markWithComment("A=1\n", { fleet: "mosaic", agent: "canary", protect: true });
    expect(readMark(env)).toEqual({ fleet: "mosaic", agent: "canary", protect: true });
  });

  it("is below the first line of a script, which stays executable", () => {
    const lines = markWithComment("#!/bin/sh\necho hi\n", { fleet: "mosaic" }).split("\n");
    expect(lines).toEqual([
      "#!/bin/sh",
      expect.stringMatching(/^# mosaic-fleet: fleet=mosaic digest=[0-9a-f]{16}$/),
      "echo hi",
      "",
    ]);
  });

  it.each([
    ["nothing", ""],
    ["a file of the user's", "MODEL=opus\n"],
    ["a mark without a fleet", "# mosaic-fleet: agent=canary\n"],
    ["a mark that is not at the start of its line", "A=1 # mosaic-fleet: fleet=mosaic\n"],
    ["a section of another name", "[X-Fleets]\nFleet=mosaic\n"],
    ["the key of the section elsewhere", "[Unit]\nFleet=mosaic\n"],
  ])("is not found in %s", (_, content) => {
    expect(readMark(content)).toBeUndefined();
    expect(isEdited(content) && readMark(content) !== undefined).toBe(false);
  });
});
