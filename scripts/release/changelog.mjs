// The headings of CHANGELOG.md, in the form of Keep a Changelog.

const unreleased = "## [Unreleased]";

/**
 * Returns the changelog with its unreleased section under the heading of a version, and an empty unreleased section
 * above. Throws an error if there is nothing to release, or if the version has a section already.
 *
 * @param {string} text
 * @param {string} version
 * @param {string} date such as 2026-11-29
 */
export function release(text, version, date) {
  if (section(text, version) !== undefined)
    throw new Error(`CHANGELOG.md has a section for ${version} already.`);
  if ((section(text, "Unreleased") ?? "") === "") {
    throw new Error(`CHANGELOG.md has nothing below "${unreleased}". Write there what this version changes.`);
  }
  return text.replace(unreleased, `${unreleased}\n\n## [${version}] - ${date}`);
}

/**
 * Returns the text below the heading of a version, or undefined without such a heading.
 *
 * @param {string} text
 * @param {string} version
 */
export function section(text, version) {
  const lines = text.split("\n");
  const heading = lines.findIndex((line) => line.startsWith(`## [${version}]`));
  if (heading < 0) return undefined;
  const below = lines.slice(heading + 1);
  const end = below.findIndex((line) => line.startsWith("## "));
  return below
    .slice(0, end < 0 ? below.length : end)
    .join("\n")
    .trim();
}
