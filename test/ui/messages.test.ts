import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../src/ui/messages.ts";

describe("the messages of a page", () => {
  it("are read", () => {
    const look = { t: "look", visible: true, rows: ["coder-1"], wall: [] };
    expect(parseMessage(JSON.stringify({ ...look, other: 1 }))).toEqual(look);
    expect(parseMessage('{"t":"again"}')).toEqual({ t: "again" });
  });

  it("may ask for a rollback of the whole fleet to one state, and for nothing else with one", () => {
    const plan = (change: object) =>
      parseMessage(
        JSON.stringify({ t: "plan", id: 1, change: { agents: [], now: false, allow: [], ...change } }),
      );
    const revision = "67c19afd";
    expect(plan({ verb: "rollback", revision })).toMatchObject({ change: { revision } });
    const wrong = [
      { verb: "rollback" },
      { verb: "rollback", revision: "HEAD~1" },
      { verb: "rollback", revision: "--yes" },
      { verb: "rollback", revision, agents: ["coder"] },
      { verb: "rollback", revision, hosts: ["build1"] },
      { verb: "rollback", revision, now: true },
      { verb: "apply", revision },
    ];
    expect(wrong.map(plan)).toEqual(wrong.map(() => undefined));
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    '"look"',
    '{"t":"type","text":"rm -rf ."}',
    '{"t":"look","visible":1,"rows":[],"wall":[]}',
    '{"t":"look","visible":true,"rows":[1],"wall":[]}',
    '{"t":"look","visible":true,"rows":[]}',
    JSON.stringify({ t: "look", visible: true, rows: Array.from({ length: 1_001 }, () => "a"), wall: [] }),
  ])("count for nothing if they are anything else: %.50s", (text) => {
    expect(parseMessage(text)).toBeUndefined();
  });

  it("never throw", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseMessage(text)));
  });
});
