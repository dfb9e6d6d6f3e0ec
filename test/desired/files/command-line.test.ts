import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { commandLine } from "../../../src/desired/files/command-line.ts";

describe("A command", () => {
  it("stays as it is if it is a line", () => {
    expect(commandLine("a | b; exec 'c d' $E")).toBe("a | b; exec 'c d' $E");
  });

  it("reaches the program word by word, through a real sh, if it is a list", () => {
    const words = [
      "a b",
      "",
      "it's",
      '"',
      "$HOME",
      "`id`",
      "\\",
      "\n",
      ";",
      "*",
      "#x",
      "-n",
      "é",
      "~",
      "a=b",
    ];
    const script = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
    const line = commandLine([process.execPath, "-e", script, "--", ...words]);
    expect(JSON.parse(execFileSync("sh", ["-c", line], { encoding: "utf8" }))).toEqual(words);
  });

  it("replaces the shell if it is a list", () => {
    expect(commandLine(["codex", "--full-auto"])).toBe("exec codex --full-auto");
  });
});
