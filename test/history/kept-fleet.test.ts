import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openState, parseState, sealState, secretsBySeal } from "../../src/history/kept-fleet.ts";
import { searchSecrets } from "../../src/config/file/places/search-secrets.ts";

const seal = (secret: string): string => secret.replaceAll(/./gs, (sign) => `-${sign.codePointAt(0)}`);
const searched = async (text: string, name: string | null = null) => ({
  name,
  text,
  secrets: await searchSecrets(text),
});

describe("a kept state", () => {
  const text = [
    "version: 1",
    "agents:",
    "  dev: { command: run, env: { API_TOKEN: hunter2-and-more, PLAIN: seen } }",
    "  ops:",
    "    command: run --password swordfish-9",
    "    env:",
    "      DB_PASSWORD: |",
    "        two-lines-of",
    "        a-secret",
    "notify:",
    "  - webhook: https://example.org/hook/abc",
    "",
  ].join("\n");

  it("has no secret, in no form of YAML, and everything else", async () => {
    const kept = JSON.stringify(sealState("d", [await searched(text)], seal));
    for (const secret of ["hunter2", "swordfish", "two-lines", "a-secret", "hook/abc"])
      expect(kept).not.toContain(secret);
    for (const plain of ["PLAIN: seen", "API_TOKEN", "command: run", "notify"]) expect(kept).toContain(plain);
  });

  it("is searched in time even if it has a word of a million letters", async () => {
    // With a search from each letter on, this would take hours.
    expect(await searchSecrets("x".repeat(1_000_000))).toEqual([]);
  });

  it("gets its secrets back from a text that has them elsewhere, and names the lines of the others", async () => {
    const state = sealState("d", [await searched(text)], seal);
    const moved = await searched("agents: { x: { env: { OTHER_TOKEN: hunter2-and-more } } }\n");
    const { missing } = openState(state, secretsBySeal([moved], seal));
    expect(missing.map(({ line }) => line)).not.toContain(3);
    expect(missing.map(({ line }) => line)).toContain(5);
    const whole = openState(state, secretsBySeal([await searched(text)], seal));
    expect(whole).toEqual({ texts: [{ name: null, text }], missing: [] });
  });

  it("returns any texts with any secrets as they were", () => {
    const files = fc.array(
      fc.record({
        name: fc.option(fc.string()),
        text: fc.string({ unit: "binary" }),
        cuts: fc.array(fc.nat(40)),
      }),
    );
    fc.assert(
      fc.property(files, (some) => {
        const texts = some.map(({ name, text: each, cuts }) => {
          const ends = cuts.map((cut) => Math.min(cut, each.length)).toSorted((a, b) => a - b);
          const secrets = ends.flatMap((end, at) =>
            at % 2 === 1 ? [{ start: ends[at - 1] ?? 0, end }] : [],
          );
          return { name, text: each, secrets };
        });
        const parsed = parseState(JSON.stringify(sealState("d", texts, JSON.stringify)));
        expect(parsed && openState(parsed, secretsBySeal(texts, JSON.stringify))).toEqual({
          texts: texts.map(({ name, text: each }) => ({ name, text: each })),
          missing: [],
        });
      }),
    );
  });

  it("is read from nothing but a whole file of this version", async () => {
    const state = sealState("d", [await searched(text)], seal);
    const whole = JSON.stringify(state);
    expect(parseState(whole)).toEqual(state);
    const others = ["", "null", "[]", whole.slice(0, -9), JSON.stringify({ ...state, formatVersion: 2 })];
    const broken = [
      { ...state, files: [null] },
      { ...state, files: [{ name: 1, parts: [] }] },
    ];
    for (const each of [...others, ...broken.map((one) => JSON.stringify(one))])
      expect(parseState(each)).toBeUndefined();
    for (const parts of [[null], [7], [{}], "x"])
      expect(parseState(JSON.stringify({ ...state, files: [{ name: null, parts }] }))).toBeUndefined();
  });
});
