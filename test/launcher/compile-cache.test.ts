import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import nodeModule from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { enableCompileCache } from "../../src/launcher/compile-cache.ts";
import { cli } from "../support/rig/outer.ts";

describe("the compile cache of node", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "compile-cache-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  /** Returns the folders with an enabled cache. */
  function enabled(env: NodeJS.ProcessEnv): readonly string[] {
    const folders: string[] = [];
    expect(enableCompileCache(env, (folder) => folders.push(folder))).toBe(true);
    return folders;
  }

  it("is in $XDG_CACHE_HOME, or ~/.cache, and belongs to this account alone", () => {
    const folder = join(home, "xdg/mosaic-fleet/compiled");
    expect(enabled({ HOME: home, XDG_CACHE_HOME: join(home, "xdg") })).toEqual([folder]);
    expect(enabled({ HOME: home })).toEqual([join(home, ".cache/mosaic-fleet/compiled")]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, "xdg/mosaic-fleet")).mode & 0o777).toBe(0o700);
  });

  it.each(["", "compiled"])("is not used if others can write to its folder: mosaic-fleet/%s", (inner) => {
    const folder = join(home, "mosaic-fleet", inner);
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o775);
    expect(enabled({ XDG_CACHE_HOME: home })).toEqual([]);
  });

  it.each([
    ["a relative path", { XDG_CACHE_HOME: "relative" }],
    ["no home", {}],
    ["a home in which nothing can be made", { HOME: "/proc/none" }],
    ["a home of somebody else", { HOME: process.getuid?.() === 0 ? "/proc/1/task" : "/" }],
  ])("is not used for %s", (_, env) => {
    expect(enabled(env)).toEqual([]);
  });

  it.skipIf("enableCompileCache" in nodeModule)("is reported as missing by an older node", () => {
    expect(enableCompileCache({ HOME: home })).toBe(false);
    expect(readdirSync(home)).toEqual([]);
  });

  it.skipIf(!("enableCompileCache" in nodeModule))("keeps the code of a run for the next one", () => {
    const env = { ...process.env, XDG_CACHE_HOME: home };
    const args = [cli, "validate", "-f", "fleet.example.yaml"];
    expect(spawnSync(process.execPath, args, { env, encoding: "utf8" })).toMatchObject({ status: 0 });
    const kept = readdirSync(join(home, "mosaic-fleet/compiled"), { recursive: true });
    expect(kept.length).toBeGreaterThan(4);
  });
});
