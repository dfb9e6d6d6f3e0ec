import { describe, expect, it } from "vitest";
import { isOneSource } from "../../../src/commands/logs/log-readings.ts";

const found = { agents: ["a", "b"], services: new Set<string>() };
const files = new Map([["a", { lines: [], isShort: false, place: {} as never }]]);

describe("A line of fleet logs", () => {
  it("names its source if panes and units are read, or files and units", () => {
    expect(isOneSource(found, { sources: { pane: true, unit: true }, logs: new Map() }, {})).toBe(false);
    expect(isOneSource(found, { sources: { pane: false, unit: true }, logs: files }, {})).toBe(false);
  });

  it("names none if only one kind of source is read", () => {
    expect(isOneSource(found, { sources: { pane: true, unit: false }, logs: new Map() }, {})).toBe(true);
    expect(isOneSource(found, { sources: { pane: false, unit: true }, logs: new Map() }, {})).toBe(true);
  });

  it("names none for last screens, and for services alone, whose output is in the journal", () => {
    const sources = { pane: true, unit: true };
    expect(isOneSource(found, { sources, logs: new Map() }, { previous: true })).toBe(true);
    const services = { agents: ["a"], services: new Set(["a"]) };
    expect(isOneSource(services, { sources, logs: new Map() }, {})).toBe(true);
  });
});
