// Prints the notes of a release, and fails if the tag does not fit the package: node scripts/release/notes.mjs v0.1.0
import { readFileSync } from "node:fs";
import { section } from "./changelog.mjs";

const [tag = ""] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const notes = section(readFileSync("CHANGELOG.md", "utf8"), version);
const fault =
  tag !== `v${version}`
    ? `the tag is ${tag || "not given"}, but package.json has the version ${version}`
    : !notes
      ? `CHANGELOG.md has no section for ${version}; make releases by npm version`
      : undefined;
if (fault !== undefined) {
  console.error(`release: ${fault}`);
  process.exit(1);
}
console.log(notes);
