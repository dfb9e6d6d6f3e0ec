import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

/** The parts of the program that run on no other machine: they would take most of the archive. */
const atHome = new Set(
  "serve result-schemas mcp ui import import-running zellij sandbox questions init edit top completion answer on-hosts in-revision rollback-on-hosts check-hosts trust-hosts sync-hosts enroll-hosts import-hosts words-for-hosts progress-view"
    .split(" ")
    .map((name) => `${name}.js`),
);

/** The limit of the archive, bytes: it crosses the network once for each version and host. */
const maxBytes = 700_000;

/**
 * Writes the archive that a run on another machine sends there, `remote.tgz`, and `remote.json` with its hash and length.
 * The same files make the same archive.
 *
 * @param {string} folder
 */
export async function writeArchive(folder) {
  const files = await reachable(folder, ["cli.js", "command-line.js"]);
  const { stdout } = await promisify(execFile)(
    "tar",
    [
      "--sort=name",
      "--mtime=@0",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--mode=u=rwX,go=",
      "--format=ustar",
      "-cf",
      "-",
      "-C",
      folder,
      ...[...files].sort((a, b) => (a < b ? -1 : 1)),
      "package.json",
      "THIRD-PARTY-NOTICES.txt",
    ],
    { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 },
  );
  const archive = gzipSync(stdout, { level: 9 });
  if (archive.length > maxBytes)
    throw new Error(`remote.tgz has ${archive.length} bytes, more than ${maxBytes}: see atHome`);
  const hash = createHash("sha256").update(archive).digest("hex");
  await writeFile(join(folder, "remote.tgz"), archive);
  await writeFile(join(folder, "remote.json"), `${JSON.stringify({ hash, bytes: archive.length })}\n`);
}

/**
 * Returns the files that these files load at once or later, without the parts that run at home.
 *
 * @param {string} folder
 * @param {readonly string[]} roots
 */
async function reachable(folder, roots) {
  const found = new Set(roots);
  for (const file of found) {
    const text = await readFile(join(folder, file), "utf8");
    for (const [, name = ""] of text.matchAll(/require\([`"']\.\/([\w-]+\.js)[`"']\)/g))
      if (!atHome.has(name)) found.add(name);
  }
  return found;
}
