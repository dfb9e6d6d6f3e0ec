import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { release, section } from "../../scripts/release/changelog.mjs";
import { cli } from "../support/rig/outer.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const unreleased = "# Changelog\n\n## [Unreleased]\n\n- new\n\n## [0.1.0] - 2026-11-01\n\n- first\n";

describe("the changelog of a release", () => {
  it("moves the unreleased changes under the new version", () => {
    const text = release(unreleased, "0.2.0", "2026-11-29");
    expect(text).toBe(
      "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-29\n\n- new\n\n## [0.1.0] - 2026-11-01\n\n- first\n",
    );
    expect(section(text, "0.2.0")).toBe("- new");
    expect(section(text, "0.1.0")).toBe("- first");
    expect(section(text, "0.3.0")).toBeUndefined();
  });

  it("refuses a second release of a version, and one without changes", () => {
    expect(() => release(unreleased, "0.1.0", "2026-11-29")).toThrow("has a section for 0.1.0 already");
    const empty = release(unreleased, "0.2.0", "2026-11-29");
    expect(() => release(empty, "0.3.0", "2026-11-29")).toThrow("has nothing below");
  });
});

describe("a release", () => {
  let scratch: string;
  let clone: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "release-"));
    clone = join(scratch, "clone");
    // A clone without history, as on a runner. It reads the objects of this one: a pack of them takes a second.
    execFileSync("git", ["clone", "--quiet", "--shared", "--no-tags", root, clone]);
    writeFileSync(join(clone, ".git/shallow"), `${git("rev-parse", "HEAD")}\n`);
    git("remote", "set-url", "origin", join(scratch, "remote.git"));
    execFileSync("git", ["init", "--quiet", "--bare", join(scratch, "remote.git")]);
    for (const [key, value] of [
      ["user.name", "Ada"],
      ["user.email", "ada@example.org"],
    ] as const) {
      git("config", key, value);
    }
    // The build of this clone, so that a package needs none of its own.
    cpSync(dirname(cli), join(clone, "dist"), { recursive: true });
    const file = join(clone, "package.json");
    writeFileSync(file, readFileSync(file, "utf8").replace(/\n *"prepack": .*/, ""));
    git("commit", "--quiet", "--all", "--message", "Pack what is there");
  });
  afterEach(() => rmSync(scratch, { recursive: true, force: true }));

  it("has a tag, notes and checksums, and an action that installs nothing", () => {
    execFileSync("npm", ["version", "0.2.0", "--loglevel=error"], { cwd: clone });
    expect(git("tag", "--list")).toBe("v0.2.0");
    expect(git("status", "--porcelain")).toBe("");
    expect(readFileSync(join(clone, "CHANGELOG.md"), "utf8")).toMatch(
      /^## \[Unreleased\]\n\n## \[0\.2\.0\] - \d{4}-\d\d-\d\d$/m,
    );

    const wrong = spawnSync("node", ["scripts/release/notes.mjs", "v0.3.0"], {
      cwd: clone,
      encoding: "utf8",
    });
    expect(wrong).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("the tag is v0.3.0") as string,
    });

    const made = join(scratch, "made");
    execFileSync(join(clone, "scripts/release/pack.sh"), [made]);
    expect(readFileSync(join(made, "notes.md"), "utf8")).toContain("### Added");
    const sums = ["mosaic-fleet.tgz", "mosaic-fleet-standalone.tar.gz"].map((file) => {
      const text = readFileSync(join(made, file));
      return `${createHash("sha256").update(text).digest("hex")}  ${file}\n`;
    });
    expect(readFileSync(join(made, "SHA256SUMS"), "utf8")).toBe(sums.join(""));

    execFileSync(join(clone, "scripts/release/tag-action.sh"), [join(made, "mosaic-fleet.tgz")]);
    const action = join(scratch, "action");
    const remote = `file://${scratch}/remote.git`;
    execFileSync("git", ["clone", "--quiet", "--branch=v0", "--depth=1", remote, action], {
      stdio: "ignore",
    });
    expect(existsSync(join(action, "dist/cli.js"))).toBe(true);
    expect(existsSync(join(action, "src"))).toBe(false);
    const plan = execFileSync(join(action, "ci/plan.sh"), {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, FLEET_FILE: "fleet.example.yaml", RUNNER_TEMP: scratch, GITHUB_OUTPUT: "" },
    });
    expect(plan).toContain("changes=true");
    execFileSync(join(action, "ci/install.sh"), { env: { PATH: process.env["PATH"] } });
    expect(existsSync(join(action, "node_modules"))).toBe(false);
  });

  function git(...args: readonly string[]): string {
    return execFileSync("git", ["-C", clone, ...args], { encoding: "utf8" }).trim();
  }
});
