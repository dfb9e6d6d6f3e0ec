import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolders } from "../../../src/drivers/files/make-folders.ts";
import { sweepFolder } from "../../../src/drivers/files/sweep.ts";
import { namedByTemporary, temporaryBeside } from "../../../src/drivers/files/temporary.ts";
import { setFlag, setMode, writeFile, writeLink } from "../../../src/drivers/files/write.ts";

let root: string;
const at = (path: string): string => join(root, path);
const modeOf = (path: string): string => (statSync(at(path)).mode & 0o7777).toString(8);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mosaic-fleet-write-"));
  mkdirSync(at("decoy"));
  writeFileSync(at("decoy/file"), "decoy", { mode: 0o644 });
});
afterEach(() => rmSync(root, { recursive: true }));

describe("A written file", () => {
  it("is complete, with its mode under any umask, and with its folders", async () => {
    const before = process.umask(0o077);
    try {
      expect(await writeFile(at("a/b/c.env"), "text", 0o755, 0o700)).toEqual({ ok: true, value: undefined });
    } finally {
      process.umask(before);
    }
    expect(readFileSync(at("a/b/c.env"), "utf8")).toBe("text");
    expect([modeOf("a/b"), modeOf("a/b/c.env")]).toEqual(["700", "755"]);
    expect(readdirSync(at("a/b"))).toEqual(["c.env"]);
  });

  it("replaces a link, and not its target", async () => {
    symlinkSync("decoy/file", at("x.env"));
    await writeFile(at("x.env"), "text", 0o600, 0o700);
    expect(lstatSync(at("x.env")).isFile()).toBe(true);
    expect(readFileSync(at("decoy/file"), "utf8")).toBe("decoy");
    await writeLink(at("x.env"), "decoy/file");
    await writeLink(at("x.env"), "elsewhere");
    expect(readlinkSync(at("x.env"))).toBe("elsewhere");
    expect(readFileSync(at("decoy/file"), "utf8")).toBe("decoy");
  });

  it("leaves nothing behind if the write fails", async () => {
    mkdirSync(at("x.env"));
    for (const failing of [writeFile(at("x.env"), "text", 0o600, 0o700), writeLink(at("x.env"), "y")]) {
      expect(await failing).toMatchObject({ ok: false, diagnostics: [{ code: "file-write-failed" }] });
    }
    expect(readdirSync(root).sort()).toEqual(["decoy", "x.env"]);
  });

  it("fails with a way out if a file or a link to nowhere is in the place of a folder", async () => {
    symlinkSync("nowhere", at("link"));
    for (const path of ["link/a.env", "decoy/file/a.env", "decoy/file/b/a.env"]) {
      expect(await writeFile(at(path), "text", 0o600, 0o700)).toMatchObject({
        diagnostics: [{ hint: expect.stringContaining("move it away") as string }],
      });
    }
  });

  it("may be an empty flag, but never the target of a link, existing or not", async () => {
    symlinkSync("decoy/file", at("flag"));
    symlinkSync("decoy/none", at("other"));
    for (const path of ["flag", "other"]) {
      expect(await setFlag(at(path), true)).toMatchObject({ ok: false });
    }
    expect(readFileSync(at("decoy/file"), "utf8")).toBe("decoy");
    expect(existsSync(at("decoy/none"))).toBe(false);
    await setFlag(at("flag"), false);
    expect((await setFlag(at("flag"), true)).ok).toBe(true);
    expect(readdirSync(at("decoy"))).toEqual(["file"]);
  });

  it("survives the concurrent removal of its empty folder", async () => {
    const writing = writeFile(at("new/x.env"), "text", 0o600, 0o700);
    expect(() => rmSync(at("new"))).toThrow();
    expect(readdirSync(at("new"))).toHaveLength(1);
    expect((await writing).ok).toBe(true);
  });
});

describe("The mode of a folder", () => {
  it("is set, but not for the target of a link", async () => {
    chmodSync(at("decoy"), 0o755);
    symlinkSync("decoy", at("link"));
    expect(await setMode(at("link"), 0o700)).toMatchObject({ ok: false });
    expect(modeOf("decoy")).toBe("755");
    expect((await setMode(at("decoy"), 0o700)).ok).toBe(true);
    expect(modeOf("decoy")).toBe("700");
  });
});

describe("Missing folders", () => {
  it("are created, and existing ones are not changed", () => {
    chmodSync(at("decoy"), 0o750);
    makeFolders(at("decoy/a/b"), 0o700);
    makeFolders(at("decoy/a/b"), 0o755);
    expect([modeOf("decoy"), modeOf("decoy/a"), modeOf("decoy/a/b")]).toEqual(["750", "755", "700"]);
  });

  it("have a mode of their own above the innermost", async () => {
    await writeFile(at("state/fleet/states/x"), "", 0o600, 0o700, 0o700);
    await writeFile(at("config/fleet/x"), "", 0o600, 0o700);
    const folders = ["state", "state/fleet", "state/fleet/states", "config", "config/fleet"];
    expect(folders.map(modeOf)).toEqual(["700", "700", "700", "755", "700"]);
  });

  it.each(["/proc/mosaic-fleet", "/proc/self/none/x", "decoy/file/x"])(
    "are reported at once if they cannot be created: %s",
    (path) => {
      expect(() => makeFolders(path.startsWith("/") ? path : at(path), 0o700)).toThrow(
        /ENOENT|ENOTDIR|EEXIST/,
      );
    },
  );
});

describe("A temporary file", () => {
  it.each(["a.env", "mosaic-agent@.service", "50-fleet.conf", ".hidden", "a.01234567.env"])(
    "names its target: %s",
    (name) => {
      const temporary = temporaryBeside(`/x/${name}`);
      expect(temporary).toMatch(/^\/x\/\.[^/]+\.mosaic-fleet-tmp$/);
      expect(namedByTemporary(temporary.slice("/x/".length))).toBe(name);
    },
  );

  it.each([
    "a.env",
    "a.env.01234567.mosaic-fleet-tmp",
    ".a.env.0123456.mosaic-fleet-tmp",
    ".a.env.01234567.mosaic-fleet-tmp.env",
    ".a.env.01234567",
    ".01234567.mosaic-fleet-tmp",
    "..mosaic-fleet-tmp",
  ])("differs from a file with a similar name: %s", (name) => {
    expect(namedByTemporary(name)).toBeUndefined();
  });

  it("is removed if its writer is dead: files and links with our names, and nothing else", () => {
    const leftover = (name: string): string => `decoy/.${name}.01234567.mosaic-fleet-tmp`;
    writeFileSync(at(leftover("ours.env")), "x");
    symlinkSync(at("decoy/file"), at(leftover("ours.link")));
    symlinkSync(at("decoy/none"), at(leftover("ours.dangling")));
    writeFileSync(at(leftover("theirs.env")), "x");
    writeFileSync(at("decoy/ours.env.123"), "x");
    mkdirSync(at(leftover("ours.folder")));
    expect(sweepFolder(at("decoy"), { isOurs: (name) => name.startsWith("ours") })).toBe(3);
    expect(readdirSync(at("decoy")).sort()).toEqual([
      ".ours.folder.01234567.mosaic-fleet-tmp",
      ".theirs.env.01234567.mosaic-fleet-tmp",
      "file",
      "ours.env.123",
    ]);
    expect(sweepFolder(at("none"), { isOurs: () => true })).toBe(0);
  });

  it("stays if it may still be written, because it has no lock", () => {
    for (const [name, age] of [
      ["young", 30],
      ["old", 90],
    ] as const) {
      const path = at(`decoy/.${name}.01234567.mosaic-fleet-tmp`);
      writeFileSync(path, "x");
      utimesSync(path, Date.now() / 1000 - age, Date.now() / 1000 - age);
    }
    expect(sweepFolder(at("decoy"), { isOurs: () => true, olderThanMs: 60_000 })).toBe(1);
    expect(existsSync(at("decoy/.young.01234567.mosaic-fleet-tmp"))).toBe(true);
  });
});
