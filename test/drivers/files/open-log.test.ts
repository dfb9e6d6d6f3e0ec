import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path/posix";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLog, type LogPosition } from "../../../src/drivers/files/logs/open-log.ts";

let folder = "";
const file = (name: string): string => join(folder, name);
const paths = (): readonly string[] => ["output.log", "output.log.1", "output.log.2"].map(file);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "open-log-"));
  writeFileSync(file("output.log.1"), "one\ntwo\n");
  writeFileSync(file("output.log"), "three\nfo");
});
afterEach(() => rmSync(folder, { recursive: true }));

function textFrom(place?: LogPosition, tail?: number): { text: string; end: LogPosition | undefined } {
  const log = openLog(paths(), place);
  const from = tail === undefined ? place : log.placeOfLastLines(tail);
  const text = Buffer.concat([...log.chunks(from)]).toString();
  log.close();
  return { text, end: log.end };
}

describe("The open files of a log", () => {
  it("are read as one text, the oldest first", () => {
    expect(textFrom().text).toBe("one\ntwo\nthree\nfo");
  });

  it.each([
    [1, "fo"],
    [2, "three\nfo"],
    [3, "two\nthree\nfo"],
    [9, "one\ntwo\nthree\nfo"],
  ])("have %i last lines across files, also with an incomplete one", (number, text) => {
    expect(textFrom(undefined, number).text).toBe(text);
  });

  it("count the last line once if it is complete", () => {
    appendFileSync(file("output.log"), "ur\n");
    expect(textFrom(undefined, 1).text).toBe("four\n");
    expect(textFrom(undefined, 2).text).toBe("three\nfour\n");
  });

  it("go on at a place across rotations", () => {
    const { end } = textFrom();
    appendFileSync(file("output.log"), "ur\n");
    renameSync(file("output.log.1"), file("output.log.2"));
    renameSync(file("output.log"), file("output.log.1"));
    writeFileSync(file("output.log"), "five\n");
    const next = textFrom(end);
    expect(next.text).toBe("ur\nfive\n");
    expect(textFrom(next.end).text).toBe("");
  });

  it("have no end and no bytes if there are none", () => {
    rmSync(file("output.log"));
    rmSync(file("output.log.1"));
    expect(textFrom()).toEqual({ text: "", end: undefined });
  });

  it("begin with an older file while the newest one is between two names", () => {
    rmSync(file("output.log"));
    expect(textFrom().text).toBe("one\ntwo\n");
  });
});
