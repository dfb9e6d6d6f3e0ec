import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import nodeModule from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { bundleFile } from "../../scripts/build/bundle.mjs";
import { compiledFolder, readWrapped } from "../../src/launcher/compiled-code.ts";
import { cli } from "../support/rig/outer.ts";

const dist = dirname(cli);
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "compiled-"));
  folders.push(folder);
  return folder;
}

/** Runs `fleet validate` for the example, from a copy of the bundle. */
function validate(bundle: string, options: readonly string[] = []) {
  const args = [...options, join(bundle, "cli.js"), "validate", "-f", "fleet.example.yaml"];
  const env = { ...process.env, XDG_CACHE_HOME: scratch() };
  return spawnSync(process.execPath, args, { encoding: "utf8", env });
}

/** Returns whether V8 rejects the kept code of a file of a bundle. */
function isRejected(bundle: string, name: string): string {
  // In a process of its own: V8 ignores the kept code of a text that it has compiled before.
  const script = `
      const { readFileSync } = require("node:fs");
      const cachedData = readFileSync(${JSON.stringify(join(compiledFolder(bundle), name))});
      const { cachedDataRejected } = new (require("node:vm").Script)(readFileSync(0, "utf8"), { cachedData });
      process.stdout.write(String(cachedDataRejected));`;
  const input = readWrapped(join(bundle, name));
  return spawnSync(process.execPath, ["-e", script], { encoding: "utf8", input }).stdout;
}

/** Files of the bundle that most runs load. */
const warm = ["command-line", "plan", "status", "apply"];
const whileNew = ["parse", "validate", "destroy"];

// A newer node keeps the code itself: test/launcher/compile-cache.test.ts.
describe.skipIf("enableCompileCache" in nodeModule)("the compiled code that the build keeps", () => {
  it.each([...warm, ...whileNew])("exists, and V8 accepts it: %s", (name) => {
    expect(isRejected(dist, `${name}.js`)).toBe("false");
  });

  it.each([
    ["with a small heap", "keepHeapSmall"],
    ["of many agents", "optimizeLate"],
  ])("is accepted by a process %s too, which loads the parser later", async (_, choose) => {
    const tools = scratch();
    await bundleFile("src/system/v8-flags.ts", tools);
    // The two files differ, because V8 ignores the kept code of a text that it has compiled before.
    const script = `
        const { readFileSync } = require("node:fs");
        const { Script } = require("node:vm");
        const { ${choose}, withUsualFlags } = require(${JSON.stringify(join(tools, "v8-flags.js"))});
        const [kept, texts] = [${JSON.stringify(compiledFolder(dist))}, JSON.parse(readFileSync(0, "utf8"))];
        const isRejected = (name) =>
          new Script(texts[name], { cachedData: readFileSync(kept + "/" + name + ".js") }).cachedDataRejected;
        ${choose}();
        process.stdout.write([isRejected("plan"), withUsualFlags(() => isRejected("parse"))].join());`;
    const textOf = (name: string) => readWrapped(join(dist, `${name}.js`));
    const input = JSON.stringify({ plan: textOf("plan"), parse: textOf("parse") });
    const ran = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", input });
    expect(ran).toMatchObject({ status: 0, stdout: "true,false" });
    expect(readFileSync(cli, "utf8")).toContain("mosaic-fleet.v8-flags");
  });

  it("is accepted again after the parsing of a long text", async () => {
    const tools = scratch();
    await bundleFile("src/system/v8-flags.ts", tools);
    const script = `
        const { readFileSync } = require("node:fs");
        const { Script } = require("node:vm");
        const { optimizeAsUsual, optimizeLate } = require(${JSON.stringify(join(tools, "v8-flags.js"))});
        const first = [optimizeLate("11.3.0"), optimizeLate("11.3.0"), optimizeLate("12.4.0")];
        optimizeAsUsual();
        const cachedData = readFileSync(${JSON.stringify(join(compiledFolder(dist), "plan.js"))});
        const { cachedDataRejected } = new Script(readFileSync(0, "utf8"), { cachedData });
        process.stdout.write([...first, cachedDataRejected, optimizeLate("11.3.0")].join());`;
    const input = readWrapped(join(dist, "plan.js"));
    const ran = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", input });
    expect(ran).toMatchObject({ status: 0, stdout: "true,false,false,false,true" });
  });

  it("may be missing", () => {
    const bundle = scratch();
    cpSync(dist, bundle, { recursive: true });
    rmSync(compiledFolder(bundle), { recursive: true });
    expect(validate(bundle)).toMatchObject({ status: 0, stderr: "" });
  });

  it.each([
    ["empty", () => ""],
    ["something else", () => "no code at all ".repeat(1_000)],
    ["cut off", (kept: Buffer) => kept.subarray(0, kept.length / 2)],
    [
      "of another V8",
      (kept: Buffer) => Buffer.concat([kept.subarray(0, 4), Buffer.from([9, 9, 9, 9]), kept.subarray(8)]),
    ],
  ])("is ignored if it is %s", (_, broken) => {
    const bundle = scratch();
    cpSync(dist, bundle, { recursive: true });
    const kept = compiledFolder(bundle);
    for (const name of readdirSync(kept))
      writeFileSync(join(kept, name), broken(readFileSync(join(kept, name))));
    expect(validate(bundle)).toMatchObject({ status: 0, stderr: "" });
  });

  it("is kept by a run that succeeds on a host, which gets the program without it", () => {
    const bundle = join(scratch(), "tool", "0".repeat(64));
    cpSync(dist, bundle, { recursive: true, filter: (path) => path === dist || /\.js(?:on)?$/.test(path) });
    const kept = compiledFolder(bundle);
    const words = [join(bundle, "cli.js"), "validate", "-f"];
    expect(spawnSync(process.execPath, [...words, "/nowhere.yaml"]).status).not.toBe(0);
    expect(existsSync(kept)).toBe(false);
    expect(validate(bundle)).toMatchObject({ status: 0, stderr: "" });
    const names = readdirSync(kept);
    expect(names).toEqual(expect.arrayContaining(["command-line.js", "validate.js"]));
    const times = (): readonly number[] => names.map((name) => statSync(join(kept, name)).mtimeMs);
    const before = times();
    expect(validate(bundle)).toMatchObject({ status: 0, stderr: "" });
    expect([readdirSync(kept), times()]).toEqual([names, before]);
    expect(names.map((name) => isRejected(bundle, name))).toEqual(names.map(() => "false"));
  });

  it("is ignored if node runs with other options", () => {
    expect(validate(dist, ["--max-old-space-size=300"])).toMatchObject({ status: 0, stderr: "" });
  });

  it("names no folder of the build", () => {
    const kept = compiledFolder(dist);
    for (const name of readdirSync(kept)) {
      const code = readFileSync(join(kept, name), "latin1");
      expect(code).toContain(`mosaic-fleet/dist/${name}`);
      expect(code).not.toContain("/.dist-");
      expect(code).not.toContain(dist);
    }
  });

  it("leaves nothing else in the bundle", () => {
    expect(existsSync(join(dist, "compiled-code.js"))).toBe(false);
  });
});
