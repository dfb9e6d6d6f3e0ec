import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { holdPlaces } from "../../../src/config/hosts/hold-places.ts";
import { noPlaces, placesText, type Places } from "../../../src/config/hosts/places.ts";
import { parsePlaces } from "../../../src/config/hosts/parse-places.ts";
import { parseFleet } from "../../../src/config/parse.ts";
import type { FleetConfig } from "../../../src/config/types.ts";

function fleet(places: Places | undefined): FleetConfig {
  const agents = { coder: { command: "run", hosts: { spread: "all" } } };
  const result = parseFleet(stringify({ version: 1, hosts: { a: {}, b: {}, c: {} }, agents }), "fleet.yaml");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return { ...result.value, ...(places === undefined ? {} : { places }) };
}

const [early, late] = ["2026-11-30T05:00:00Z", "2026-11-30T06:00:00Z"];
const on = (host: string, since?: string): Places => ({
  ...noPlaces,
  places: { coder: host },
  ...(since === undefined ? {} : { since: { coder: since } }),
});
const way = (from: string, to: string, since?: string): Places => ({
  ...noPlaces,
  moves: { coder: { from, to } },
  ...(since === undefined ? {} : { since: { coder: since } }),
});

describe("A fetched table of places", () => {
  /** Returns the host that the agent of host a waits for, after this table was applied; undefined for a start. */
  const waitsFor = (known: Places | undefined, next: Places | undefined): string | undefined =>
    holdPlaces(fleet(next), "a", known).inPlace?.moves["coder"]?.from;

  it("starts an agent that is new, that is here already, or that has come with its end counted elsewhere", () => {
    expect(waitsFor(undefined, on("a"))).toBeUndefined();
    expect(waitsFor(noPlaces, on("a"))).toBeUndefined();
    expect(waitsFor(on("a"), on("a"))).toBeUndefined();
    expect(waitsFor(way("b", "a"), on("a", early))).toBeUndefined();
    // This host was off during the whole way.
    expect(waitsFor(on("b"), on("a", early))).toBeUndefined();
    expect(waitsFor(on("b", early), on("a", late))).toBeUndefined();
    expect(waitsFor({ ...noPlaces, removed: { coder: ["a"] } }, on("a"))).toBeUndefined();
    // The table says itself that it waits.
    expect(waitsFor(on("b"), way("b", "a"))).toBeUndefined();
  });

  it("holds an agent back that was elsewhere, after a pin, a revert, another history or an edit by hand", () => {
    expect(waitsFor(on("b"), on("a"))).toBe("b");
    expect(waitsFor(way("b", "a"), on("a"))).toBe("b");
    expect(waitsFor(way("a", "c"), on("a"))).toBe("c");
    expect(waitsFor(on("b", late), on("a", early))).toBe("b");
    expect(waitsFor(on("b", early), on("a", early))).toBe("b");
    expect(waitsFor({ ...noPlaces, removed: { coder: ["b", "a"] } }, on("a"))).toBe("b");
  });

  it("holds agents back by their former places if there is no table any more", () => {
    const others = ["a", "b", "c"].flatMap((here) => {
      const other = here === "a" ? "b" : "a";
      return holdPlaces(fleet(undefined), here, on(other)).inPlace?.moves["coder"] ?? [];
    });
    // The name gives the agent to one host alone.
    expect(others).toHaveLength(1);
  });

  it("remembers the former place for as long as the agent waits", () => {
    const first = holdPlaces(fleet(on("a", early)), "a", on("b", late));
    expect(first.known).toEqual(on("b", late));
    expect(waitsFor(first.known, on("a", early))).toBe("b");
    const orderly = holdPlaces(fleet(way("b", "a", late)), "a", first.known);
    expect([orderly.inPlace, orderly.known]).toEqual([undefined, way("b", "a", late)]);
  });

  it("is written and read with its times", () => {
    expect(parsePlaces(placesText(on("a", early)), "fleet.place.json")).toEqual({
      ok: true,
      value: on("a", early),
    });
    const wrong = placesText(on("a", "yesterday"));
    expect(parsePlaces(wrong, "fleet.place.json")).toMatchObject({
      ok: false,
      diagnostics: [{ summary: expect.stringContaining("since must be"), place: { line: 6 } }],
    });
  });
});
