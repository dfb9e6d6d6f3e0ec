import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findFleet, loadFleet } from "../../../src/config/file/load.ts";

let root: string;
let cwd: string;
let configHome: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mosaic-fleet-load-"));
  cwd = join(root, "project");
  configHome = join(root, "config");
  mkdirSync(cwd);
  mkdirSync(join(configHome, "mosaic/fleet"), { recursive: true });
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const load = async (path?: string) => loadFleet({ path, cwd, configHome });

/** Returns the path of the loaded file, or the reason for its absence. */
async function outcome(path?: string): Promise<string> {
  const result = await load(path);
  return result.ok
    ? `${result.value.file}: ${result.value.config.name}`
    : (result.diagnostics[0]?.summary ?? "");
}

const ofUser = () => join(configHome, "mosaic/fleet/fleet.yaml");

describe("loadFleet", () => {
  it("reads the requested file, and shows its path as given", async () => {
    writeFileSync(join(cwd, "other.yaml"), "version: 1\nname: other\n");
    expect(await outcome("other.yaml")).toBe("other.yaml: other");
    expect(await outcome(join(cwd, "other.yaml"))).toBe(`${join(cwd, "other.yaml")}: other`);
    expect(await load("other.yaml")).toMatchObject({ value: { text: "version: 1\nname: other\n" } });
  });

  it("prefers ./fleet.yaml to the user's one", async () => {
    writeFileSync(ofUser(), "version: 1\nname: user\n");
    expect(await outcome()).toBe(`${ofUser()}: user`);
    writeFileSync(join(cwd, "fleet.yaml"), "version: 1\nname: project\n");
    expect(await outcome()).toBe("fleet.yaml: project");
  });

  it("lists the places that it has searched if there is no file", async () => {
    expect(await load()).toMatchObject({
      diagnostics: [
        { code: "file-not-found", detail: `Looked for:\n  ${join(cwd, "fleet.yaml")}\n  ${ofUser()}` },
      ],
    });
  });

  it("does not search elsewhere for a requested file", async () => {
    writeFileSync(join(cwd, "fleet.yaml"), "version: 1\n");
    expect(await load("missing.yaml")).toMatchObject({ diagnostics: [{ code: "file-not-found" }] });
    expect(await load("fleet.yaml/x")).toMatchObject({ diagnostics: [{ code: "file-not-found" }] });
  });

  it("does not skip a ./fleet.yaml that it cannot read", async () => {
    writeFileSync(ofUser(), "version: 1\n");
    symlinkSync("fleet.yaml", join(cwd, "fleet.yaml"));
    expect(await outcome()).toBe("cannot read fleet.yaml: its symbolic links go round in a circle");
  });

  it("does not take another file in the place of a link to nowhere", async () => {
    writeFileSync(ofUser(), "version: 1\n");
    symlinkSync("unmounted/fleet.yaml", join(cwd, "fleet.yaml"));
    const problem = "cannot read fleet.yaml: it is a link to unmounted/fleet.yaml, which does not exist";
    expect(await outcome()).toBe(problem);
    expect(await findFleet({ cwd, configHome })).toMatchObject({ diagnostics: [{ summary: problem }] });
    writeFileSync(join(cwd, "other.yaml"), "version: 1\nhosts: { a: {} }\n");
    symlinkSync("nowhere", join(cwd, "other.place.json"));
    expect(await outcome("other.yaml")).toBe(
      "cannot read other.place.json: it is a link to nowhere, which does not exist",
    );
  });

  it("refuses a named pipe that nobody has named, which could block it forever", async () => {
    writeFileSync(join(cwd, "other.yaml"), "version: 1\ninclude: [fleet.yaml]\n");
    execFileSync("mkfifo", [join(cwd, "fleet.yaml")]);
    expect(await outcome()).toBe("cannot read fleet.yaml: it is a pipe");
    expect(await outcome("other.yaml")).toBe("cannot read fleet.yaml: it is a pipe");
  });

  it("refuses directories, devices, large files and text that is not UTF-8", async () => {
    writeFileSync(join(cwd, "large.yaml"), `version: 1\n${"#".repeat(1024 * 1024)}`);
    writeFileSync(join(cwd, "latin1.yaml"), Buffer.from("version: 1 # caf\xE9\n", "latin1"));
    expect(await outcome(".")).toBe("cannot read .: it is a directory");
    expect(await outcome("/dev/null")).toBe("cannot read /dev/null: it is neither a file nor a pipe");
    const server = createServer().listen(join(cwd, "socket"));
    await once(server, "listening");
    expect(await outcome("socket")).toBe("cannot read socket: it is neither a file nor a pipe");
    server.close();
    expect(await outcome("large.yaml")).toBe("cannot read large.yaml: it is larger than 1 MB");
    expect(await outcome("latin1.yaml")).toBe("cannot read latin1.yaml: it is not UTF-8 text");
  });

  it("reads a pipe", async () => {
    const pipe = join(cwd, "pipe");
    execFileSync("mkfifo", [pipe]);
    // The writer waits for the reader to open the pipe, and the other way round.
    execFileSync("sh", ["-c", `printf 'version: 1\\nname: piped\\n' > "$0" &`, pipe], { stdio: "ignore" });
    expect(await outcome("pipe")).toBe("pipe: piped");
  });

  it.skipIf(!existsSync("/dev/shm"))("takes a file in /dev/shm for one with a folder", async () => {
    const folder = mkdtempSync("/dev/shm/mosaic-fleet-load-");
    const file = join(folder, "fleet.yaml");
    try {
      writeFileSync(
        file,
        "version: 1\ninclude: [more.yaml]\nhosts: { a: {}, b: {} }\nagents: { x: { command: run, hosts: { spread: all } } }\n",
      );
      writeFileSync(join(folder, "more.yaml"), "runtimes: { x: { command: run } }\n");
      writeFileSync(join(folder, "fleet.place.json"), '{ "formatVersion": "1.0", "places": { "x": "b" } }');
      const loaded = await loadFleet({ path: file, cwd, configHome, isWhole: true });
      expect(loaded).toMatchObject({ value: { folder, config: { places: { places: { x: "b" } } } } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("returns the errors of the file with its path", async () => {
    writeFileSync(join(cwd, "fleet.yaml"), "version: 1\nagents: []\n");
    expect(await load()).toMatchObject({
      diagnostics: [{ code: "wrong-type", place: { file: "fleet.yaml", line: 2 } }],
    });
  });
});
