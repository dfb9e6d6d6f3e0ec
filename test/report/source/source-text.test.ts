import { expect, it } from "vitest";
import type { SourceJson } from "../../../src/report/source/source-output.ts";
import { sourceLines } from "../../../src/report/source/source-text.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";

const source: SourceJson = {
  formatVersion: "1.0",
  fleet: "mosaic",
  file: "/home/ada/.config/mosaic/fleet/source.yaml",
  git: "ssh://git@git.example.org/fleet.git",
  ref: "refs/heads/main",
  path: "fleet.yaml",
  host: null,
  intervalMs: 60_000,
  verify: "head",
  placed: null,
  applied: null,
  newest: null,
  seenAt: null,
  pin: null,
  waiting: [],
  trouble: null,
};
const lines = (waiting: SourceJson["waiting"]): readonly string[] =>
  sourceLines({ ...source, waiting }, 0, createColors(false)).slice(5);

it("tells which agents wait on a host, and the way out for those that no move brings", () => {
  expect([lines([]), lines(null)]).toEqual([[], []]);
  expect(lines([{ agent: "coder-1", from: "build1", why: "move" }])).toEqual([
    "Waiting   coder-1: until the table says that it has ended on build1",
  ]);
  expect(
    lines([
      { agent: "coder-2", from: "build1", why: "held" },
      { agent: "coder-1", from: "build1", why: "held" },
    ]),
  ).toEqual([
    "Waiting   coder-1, coder-2 (2): was on build1 by the applied table, and no move has brought it here",
    "If they certainly run on no other host, write that into the table: fleet place --write --ended AGENT, and commit it.",
  ]);
});
