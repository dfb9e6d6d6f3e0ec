import { describe, expect, it } from "vitest";
import { lineOf, programIn, runtimeIn } from "../../src/runtimes/known-runtimes.ts";
import { interpreterIn, pathFor } from "../../src/runtimes/unit-path.ts";

describe("The PATH for a program", () => {
  it("has the missing folders first, and each folder once", () => {
    const reached = { program: "codex", path: "/a/codex", missingFolders: ["/a", "/b"] };
    expect(pathFor(reached, "/usr/bin:/b:/bin:.")).toBe("/a:/b:/usr/bin:/bin");
    expect(pathFor({ ...reached, missingFolders: [] }, "/usr/bin")).toBeUndefined();
  });

  it.each([
    ["#!/usr/bin/env node\n", "node"],
    ["#! /usr/bin/env -S node --no-warnings\n", "node"],
    ["#!/usr/bin/env -S A=b python3 -u\n", "python3"],
    ["#!/bin/sh\nexec /usr/bin/env node\n", undefined],
    ["\x7fELF", undefined],
  ])("looks for the interpreter in %j", (beginning, interpreter) => {
    expect(interpreterIn(beginning)).toBe(interpreter);
  });
});

describe("The program of a line", () => {
  it.each([
    ["claude --model opus", "claude"],
    ["exec env A=b ~/bin/codex", "codex"],
    ["npm run agent", "npm"],
  ])("is the first word behind variables: %s", (line, program) => {
    expect(programIn(line)).toBe(program);
  });

  it("is a known agent, also in the last of several commands", () => {
    expect(runtimeIn("cd x && claude")).toBe("claude");
    expect(runtimeIn("vim")).toBeUndefined();
    expect(runtimeIn(lineOf("goose"))).toBe("goose");
  });
});
