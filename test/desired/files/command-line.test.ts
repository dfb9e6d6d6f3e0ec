import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { commandLine } from "../../../src/desired/files/command-line.ts";

describe("A command", () => {
  it("that is a line stays as it is", () => {
    expect(commandLine("a | b; exec 'c d' $E")).toBe("a | b; exec 'c d' $E");
  });

  it("that is a list reaches the program word by word, through a real sh", () => {
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

  it("that is a list replaces the shell", () => {
    expect(commandLine(["codex", "--full-auto"])).toBe("exec codex --full-auto");
  });
});
