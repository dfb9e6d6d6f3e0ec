import { describe, expect, it } from "vitest";
import { parsePlaces } from "../../src/config/hosts/parse-places.ts";
import { placesText } from "../../src/config/hosts/places.ts";
import { parseSource } from "../../src/config/source/parse-source.ts";
import { sourceText } from "../../src/config/source/source-text.ts";
import { parseClaim } from "../../src/drivers/files/pushed/run-claim.ts";
import { parseHostsPlan } from "../../src/hosts/hosts-plan.ts";
import { parseAnchor, parseOrders, parseSeen, type Kept } from "../../src/source/memory/source-memory.ts";

const revision = "a".repeat(40);
const at = "2026-11-30T08:00:00Z";
const git = "ssh://git@git.lan/fleet.git";
const ref = "refs/heads/main";

/** A reading of a file: its value, or `damaged`. */
type Reading = (text: string) => unknown;

const kept =
  <T>(parse: (text: string) => Kept<T>): Reading =>
  (text) => {
    const read = parse(text);
    return read.kind === "kept" ? read.value : read.kind === "broken" && "damaged";
  };
const checked =
  (
    parse: (text: string) => { readonly ok: true; readonly value: unknown } | { readonly ok: false },
  ): Reading =>
  (text) => {
    const read = parse(text);
    return read.ok ? read.value : "damaged";
  };

const claim: Reading = (text) => parseClaim(text) ?? "damaged";
const plan = { formatVersion: "2.0", actions: [], refusals: [], checksum: "0a" };
const places = {
  places: { "coder-1": "build1", "coder-10": "build10" },
  moves: { "coder-3": { from: "build1", to: "build10" } },
  removed: { former: ["build1"] },
  drained: ["build1"],
  since: { "coder-1": at },
};

/** Each file with a say in what runs on a machine of several, with its text and its reading. */
const files: readonly (readonly [string, string, Reading])[] = [
  ["anchor.json", `${JSON.stringify({ git, ref, revision, signer: "ada", at })}\n`, kept(parseAnchor)],
  [
    "orders.json",
    `${JSON.stringify({ pin: { revision, by: "ada", at }, accept: { revision, by: "ada", at, anchor: null } })}\n`,
    kept(parseOrders),
  ],
  [
    "the memory of the last pass",
    `${JSON.stringify({ at, newest: revision, placed: null, trouble: null, failures: 1 })}\n`,
    (text) => parseSeen(text) ?? "damaged",
  ],
  ["places.json", placesText(places), checked((text) => parsePlaces(text, "places.json"))],
  [
    "source.yaml",
    sourceText({
      fleet: "mosaic",
      git,
      ref,
      path: "fleet.yaml",
      host: "build10",
      intervalMs: 60_000,
      verify: { kind: "signers", allowedSigners: "~/.config/mosaic/fleet/allowed_signers", commits: "all" },
    }),
    checked((text) => parseSource(text, "source.yaml")),
  ],
  [
    "the saved plan of hosts",
    `${JSON.stringify({ hosts: { build1: { result: plan } }, moves: [], origin: { version: "1.0.0", words: [] } }, null, 2)}\n`,
    checked((text) => parseHostsPlan(text, "plan.json", "1.0.0")),
  ],
  ["a run that goes on", JSON.stringify({ state: "running", pid: 123, started: "456" }), claim],
  ["the result of a run", JSON.stringify({ state: "done", result: { code: 0, frames: [] } }), claim],
];

/** Texts that a full disk, a power cut or another program may leave. */
const garbage = [
  "",
  "\n",
  "\0".repeat(512),
  "null",
  "5",
  '"text"',
  "[]",
  "[{}]",
  '{"hosts":null}',
  '{"state":"done"}',
  "<<<<<<< HEAD\n",
  "#!/bin/sh\n",
];

describe.each(files)("%s", (name, text, read) => {
  const whole = read(text);
  // The parser of YAML takes its time.
  const step = name === "source.yaml" ? 7 : 1;

  it("is read as it was written", () => {
    expect(whole).not.toBe("damaged");
  });

  it("never means another thing if it is cut, or if its end is zeros", () => {
    const cuts = Array.from({ length: Math.ceil(text.length / step) }, (_, cut) => text.slice(0, cut * step));
    const zeros = cuts.map((cut) => cut.padEnd(text.length, "\0"));
    const others = [...cuts, ...zeros].filter((cut) => {
      const value = read(cut);
      return value !== "damaged" && JSON.stringify(value) !== JSON.stringify(whole);
    });
    expect(others).toEqual([]);
  });

  it("is damaged with any other content, and never absent", () => {
    const all = [...garbage, text + text, text.split("").toReversed().join("")];
    expect(all.filter((other) => read(other) !== "damaged" && other !== text)).toEqual([]);
  });
});
