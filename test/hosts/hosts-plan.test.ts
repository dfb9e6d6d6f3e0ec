import { describe, expect, it } from "vitest";
import { isHostsPlan, parseHostsPlan } from "../../src/hosts/hosts-plan.ts";

const origin = { version: "1.2.3", file: "/home/ada/fleet.yaml", words: ["--now"], madeAt: "2026-01-01" };
const plan = { formatVersion: "2.0", actions: [{ id: "start:x" }], refusals: [], checksum: "0a" };
const whole = {
  formatVersion: "1.0",
  fleet: "mosaic",
  command: "plan",
  hosts: {
    build1: { state: "done", code: 0, result: plan, diagnostics: [] },
    build2: { state: "unreachable", code: null, result: null, diagnostics: [] },
    // Its plan was refused before it was saved.
    twin: { state: "done", code: 6, result: { ...plan, checksum: undefined }, diagnostics: [] },
  },
  moves: [
    { agent: "coder-1", from: "build2", to: "build1", state: "unknown" },
    { agent: "coder-2", from: "build2", to: "build1", state: "waits" },
  ],
  summary: { hosts: 3, done: 2, incomplete: 1 },
  origin,
};

describe("a saved plan of hosts", () => {
  it("differs from that of one machine, however it is indented", () => {
    for (const indent of [0, 2, "\t"]) expect(isHostsPlan(JSON.stringify(whole, null, indent))).toBe(true);
    expect(isHostsPlan(JSON.stringify({ formatVersion: "2.0", fleet: "mosaic", summary: {} }))).toBe(false);
  });

  it("has the plan of each host, and the agents that move", () => {
    const parsed = parseHostsPlan(JSON.stringify(whole), "plan.json", "1.2.3");
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        origin,
        hosts: new Map<string, unknown>([
          ["build1", plan],
          ["build2", undefined],
          ["twin", undefined],
        ]),
        arrivals: [
          { agent: "coder-1", because: "unknown" },
          { agent: "coder-2", because: "there" },
        ],
      },
    });
  });

  it.each([
    [
      "of another version",
      JSON.stringify({ ...whole, origin: { ...origin, version: "1.2.2" } }),
      "by mosaic-fleet 1.2.2",
    ],
    ["that is cut", JSON.stringify(whole).slice(0, -9), "not a whole saved plan"],
    ["without an origin", JSON.stringify({ ...whole, origin: undefined }), "not a whole saved plan"],
  ])("is refused if it is one %s", (_, text, words) => {
    const parsed = parseHostsPlan(text, "plan.json", "1.2.3");
    expect(parsed).toMatchObject({
      ok: false,
      diagnostics: [{ code: "foreign-plan", summary: expect.stringContaining(words) as string }],
    });
  });
});
