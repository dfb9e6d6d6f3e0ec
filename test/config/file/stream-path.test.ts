import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordAppliedFile } from "../../../src/apply/applied-file.ts";
import { fleetHere } from "../../../src/commands/history/fleet-here.ts";
import { importHosts } from "../../../src/commands/hosts/import-hosts.ts";
import { readInput } from "../../../src/commands/import/read-input.ts";
import { placeCommand } from "../../../src/commands/place/place.ts";
import type { Context } from "../../../src/commands/shared/context.ts";
import { isStreamPath } from "../../../src/config/file/stream-path.ts";
import { appliedFilePath, layoutOf } from "../../../src/desired/layout.ts";
import type { Diagnostic } from "../../../src/diagnostics/diagnostic.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";
import { account } from "../../support/plan/resolved.ts";

it("The names of descriptors are those of pipes without a folder", () => {
  for (const path of ["/dev/stdin", "/dev/fd/63", "/proc/self/fd/0", "/proc/9/task/9/fd/3"])
    expect([path, isStreamPath(path)]).toEqual([path, true]);
  for (const path of [
    "/dev/shm/fleet.yaml",
    "/dev/stdin/x",
    "/development/fd/3",
    "/proc/self/cwd/fleet.yaml",
  ])
    expect([path, isStreamPath(path)]).toEqual([path, false]);
});

/** As with `--file /dev/stdin <fleet.yaml`: the descriptor is that of a regular file. */
describe("A file that is given by its descriptor", () => {
  let folder: string;
  let opened: number[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stream-path-"));
    opened = [];
  });
  afterEach(() => {
    for (const each of opened) closeSync(each);
    rmSync(folder, { recursive: true });
  });

  /** Writes a file, and returns its path and the one of a descriptor of it. */
  function twoPaths(name: string, text: string): readonly [path: string, descriptor: string] {
    const path = join(folder, name);
    writeFileSync(path, text);
    const opening = openSync(path, "r");
    opened.push(opening);
    return [path, `/proc/self/fd/${opening}`];
  }

  /** Returns a context for a fleet file, and the list of all its output. */
  function listening(file: string): { readonly context: Context; readonly said: string[] } {
    const said: string[] = [];
    const tell = (text: string): void => void said.push(text);
    const output = {
      options: { json: false },
      diagnostics: (all: readonly Diagnostic[]) => all.forEach(({ summary }) => tell(summary)),
      text: (lines: readonly string[]) => tell(lines.join("\n")),
      remark: tell,
      raw: tell,
      json: () => undefined,
      colors: createColors(false),
    };
    const exec = async ({ file: program }: { readonly file: string }) => {
      tell(`runs ${program}`);
      return { kind: "not-found" };
    };
    const machine = { ...account, cacheHome: join(folder, "cache"), runtimeDir: folder };
    return { context: { flags: { file }, machine, exec, output } as unknown as Context, said };
  }

  const placed =
    "version: 1\nhosts: { a: {}, b: {} }\nagents: { x: { command: run, hosts: { spread: all } } }\n";

  it("has no table of places next to it", async () => {
    const [path, descriptor] = twoPaths("fleet.yaml", placed);
    const given = listening(descriptor);
    expect([await placeCommand(given.context, {}), given.said]).toEqual([
      64,
      [`${descriptor} is no file, so there is no table next to it`],
    ]);
    const { context, said } = listening(path);
    await placeCommand(context, {});
    expect(said.join("\n")).not.toContain("is no file");
  });

  it("has no earlier revisions", async () => {
    const [path, descriptor] = twoPaths("fleet.yaml", "version: 1\nagents: { x: { command: run } }\n");
    expect(await fleetHere(listening(descriptor).context)).toMatchObject({
      diagnostics: [
        { code: "bad-usage", summary: `${descriptor} is no file, so it has no earlier revisions` },
      ],
    });
    expect(await fleetHere(listening(path).context)).toMatchObject({ value: { path } });
  });

  it("is not remembered as the applied one", async () => {
    const [path, descriptor] = twoPaths("fleet.yaml", "");
    const layout = layoutOf("web", "web-factory", { ...account, runtimeDir: folder });
    await recordAppliedFile(layout, descriptor);
    expect(existsSync(appliedFilePath(layout))).toBe(false);
    await recordAppliedFile(layout, path);
    expect(existsSync(appliedFilePath(layout))).toBe(true);
  });

  it("is imported with the files of the current folder, and not with those of its own", () => {
    const [path, descriptor] = twoPaths("Procfile", "web: run\n");
    writeFileSync(join(folder, ".env"), "PORT=1\n");
    expect(readInput(descriptor)).toMatchObject({ value: { folder: process.cwd(), text: "web: run\n" } });
    expect(readInput(path)).toMatchObject({ value: { folder, companions: new Map([[".env", "PORT=1\n"]]) } });
  });

  it("is read as an inventory without Ansible", async () => {
    const [path, descriptor] = twoPaths("inventory", '{ "_meta": { "hostvars": { "build1": {} } } }');
    const given = listening("");
    expect(await importHosts(given.context, descriptor, undefined)).toBe(0);
    expect(given.said.join("\n")).toContain("build1");
    const { context, said } = listening("");
    await importHosts(context, path, undefined);
    expect(said[0]).toBe("runs ansible-inventory");
  });
});
