// Prints "N passed, M failed" from the output of vitest's json reporter. A file that failed before it had any test
// counts as one. Exits with 1 if there was no test at all, or no report with these numbers.
import { readFileSync } from "node:fs";

/**
 * The part of the report that is read here.
 *
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {readonly { status: string, assertionResults: readonly unknown[] }[]} testResults
 */

const file = process.argv[2] ?? "";
const report = readReport();
if (report === undefined) {
  console.error(`count-tests: '${file}' is not a report of vitest's json reporter`);
  process.exitCode = 1;
} else {
  const { numPassedTests, numFailedTests, testResults } = report;
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  ).length;
  console.log(`${numPassedTests} passed, ${numFailedTests + broken} failed`);
  process.exitCode = numPassedTests + numFailedTests + broken === 0 ? 1 : 0;
}

/**
 * Returns the report; undefined if the file is missing, no JSON, or without the numbers.
 * @returns {Report | undefined}
 */
function readReport() {
  try {
    /** @type {unknown} */
    const parsed = JSON.parse(readFileSync(file, "utf8"));
    return isReport(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns true for a value with the numbers of a report.
 * @param {unknown} value
 * @returns {value is Report}
 */
function isReport(value) {
  const { numPassedTests, numFailedTests, testResults } = /** @type {Record<string, unknown>} */ (
    Object(value)
  );
  return (
    Number.isInteger(numPassedTests) &&
    Number.isInteger(numFailedTests) &&
    Array.isArray(testResults) &&
    testResults.every((each) => Array.isArray(Object(each).assertionResults))
  );
}
