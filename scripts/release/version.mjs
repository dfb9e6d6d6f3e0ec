// Runs within `npm version X`: moves the unreleased changes of CHANGELOG.md under the heading of the new version, and
// adds the file to the commit of npm.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { release } from "./changelog.mjs";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
try {
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync("CHANGELOG.md", release(readFileSync("CHANGELOG.md", "utf8"), version, today));
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
execFileSync("git", ["add", "CHANGELOG.md"]);
