import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const script = join(import.meta.dirname, "../../scripts/count-tests.mjs");

describe("The count of tests", () => {
  let folder: string;
  let file: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "count-tests-"));
    file = join(folder, "results.json");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const count = (text?: string) => {
    if (text !== undefined) writeFileSync(file, text);
    const path = text === undefined ? join(folder, "none.json") : file;
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, path], { encoding: "utf8" });
    return { status, stdout, stderr: stderr.replaceAll(folder, "DIR") };
  };
  const report = (numPassedTests: number, numFailedTests: number, testResults: readonly object[] = []) =>
    JSON.stringify({ numPassedTests, numFailedTests, testResults });

  it("names the tests that passed and failed", () => {
    expect(count(report(12, 3))).toEqual({ status: 0, stdout: "12 passed, 3 failed\n", stderr: "" });
  });

  it("counts a file that failed before it had a test as one failure", () => {
    const results = [
      { status: "failed", assertionResults: [] },
      { status: "failed", assertionResults: [{}] },
      { status: "passed", assertionResults: [] },
    ];
    expect(count(report(12, 1, results))).toMatchObject({ status: 0, stdout: "12 passed, 2 failed\n" });
  });

  it("fails if there was no test", () => {
    expect(count(report(0, 0))).toMatchObject({ status: 1, stdout: "0 passed, 0 failed\n" });
  });

  it.each([
    ["an empty object", "{}"],
    ["a report without numbers", '{"testResults":[]}'],
    ["a report without files", '{"numPassedTests":3,"numFailedTests":0}'],
    ["a number that is text", '{"numPassedTests":"3","numFailedTests":0,"testResults":[]}'],
    ["a file without results", '{"numPassedTests":3,"numFailedTests":0,"testResults":[null]}'],
    ["no object", "null"],
    ["half a report", '{"numPassedTests":3,'],
  ])("fails with one line on %s", (_, text) => {
    expect(count(text)).toEqual({
      status: 1,
      stdout: "",
      stderr: "count-tests: 'DIR/results.json' is not a report of vitest's json reporter\n",
    });
  });

  it("fails with one line on a file that is missing", () => {
    expect(count()).toEqual({
      status: 1,
      stdout: "",
      stderr: "count-tests: 'DIR/none.json' is not a report of vitest's json reporter\n",
    });
  });
});
