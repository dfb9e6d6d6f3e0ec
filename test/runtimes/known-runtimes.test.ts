import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { runtimeNames } from "../../src/runtimes/known-runtimes.ts";

it("The known programs are the same in the script for activity", () => {
  const script = readFileSync("units/mosaic-activity.sh", "utf8");
  const [, listed = ""] = /^ *(claude \| .*)\) return 1/m.exec(script) ?? [];
  expect(listed.split(" | ")).toEqual(runtimeNames);
  expect(runtimeNames).toEqual(expect.arrayContaining(["claude", "kiro-cli"]));
  expect(runtimeNames).not.toContain("shell");
});
