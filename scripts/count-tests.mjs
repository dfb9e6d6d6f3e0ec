// Prints "N passed, M failed" from the output of vitest's json reporter. A file that failed before it had any test
// counts as one. Exits with 1 if there was no test at all, or no report.
import { readFileSync } from "node:fs";

/**
 * The part of the report that is read here.
 *
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {readonly { status: string, assertionResults: readonly unknown[] }[]} testResults
 */

/** @type {Report} */
const { numPassedTests, numFailedTests, testResults } = JSON.parse(
  readFileSync(process.argv[2] ?? "", "utf8"),
);
const broken = testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.length === 0,
).length;
console.log(`${numPassedTests} passed, ${numFailedTests + broken} failed`);
process.exitCode = numPassedTests + numFailedTests + broken === 0 ? 1 : 0;
