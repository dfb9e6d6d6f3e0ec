import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { escaped, moved } from "../../scripts/build/ascii.mjs";
import { noticesOf } from "../../scripts/build/notices.mjs";
import { withPlainExports } from "../../scripts/build/plain-exports.mjs";
import { cli } from "../support/rig/outer.ts";

const dist = dirname(cli);
const root = fileURLToPath(new URL("../..", import.meta.url));
const scratch: string[] = [];
afterEach(() => scratch.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function makeScratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  scratch.push(folder);
  return folder;
}

/** Returns the sources of each file of the bundle, by its name, as its source map names them. */
function sources(): ReadonlyMap<string, readonly string[]> {
  const maps = readdirSync(dist).filter((name) => name.endsWith(".js.map"));
  return new Map(
    maps.map((name) => [
      name.slice(0, -".map".length),
      (JSON.parse(readFileSync(join(dist, name), "utf8")) as { sources: readonly string[] }).sources,
    ]),
  );
}

/** Returns the files of the bundle that node loads with a file. An import() is loaded later, if at all. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(dist, file), "utf8");
  const now = text.matchAll(/(?<!then\(\(\)=>)require\("\.\/(?<name>[\w-]+\.js)"\)/g);
  for (const { groups } of now) loadedWith(groups?.["name"] ?? "", seen);
  return seen;
}

describe("the bundle", () => {
  /** Runs `fleet validate` with a bug: the account cannot be asked for. */
  function runWithBug(env: NodeJS.ProcessEnv): string {
    const hook = join(makeScratch(), "bug.cjs");
    writeFileSync(hook, 'process.getuid = () => { throw new TypeError("a bug"); };\n');
    const args = ["--require", hook, cli, "validate"];
    const ran = spawnSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, ...env } });
    expect(ran.status).toBe(1);
    return ran.stderr;
  }

  it("names files and lines of the sources in a stack trace if DEBUG is set", () => {
    const trace = runWithBug({ DEBUG: "1" });
    const [, path = "", line] =
      /at localMachine \((.*\/src\/system\/environment\.ts):(\d+):\d+\)/.exec(trace) ?? [];
    expect(readFileSync(path, "utf8").split("\n")[Number(line) - 1]).toContain("process.getuid");
    expect(trace, trace).toMatch(
      /at (?:Object\.)?createContext \(.*\/src\/commands\/shared\/context\.ts:\d+:\d+\)/,
    );
    expect(trace, trace).toMatch(/\/src\/command-line\/commands\/reading-commands\.ts:\d+/);
  });

  it("shows no stack trace otherwise", () => {
    expect(runWithBug({ DEBUG: "" })).not.toMatch(/^\s+at /m);
  });

  it("has the text of its own sources in the source maps, and of no package", () => {
    for (const name of sources().keys()) {
      const map = JSON.parse(readFileSync(join(dist, `${name}.map`), "utf8")) as {
        readonly sources: readonly string[];
        readonly sourcesContent: readonly (string | null)[];
      };
      map.sources.forEach((source, index) => {
        expect([source, map.sourcesContent[index] !== null]).toEqual([
          source,
          !source.includes("node_modules/"),
        ]);
      });
    }
  });

  it("has no library of the watch in the files of a plan, a status or an apply", () => {
    const starts = ["plan.js", "status.js", "apply.js", "record-run.js", "observe-activities.js"];
    const files = new Set(starts.flatMap((start) => [...loadedWith(start)]));
    const all = sources();
    expect(all.get("watch-libraries.js")?.some((source) => source.includes("/chokidar/"))).toBe(true);
    const modules = [...files].flatMap((file) => all.get(file) ?? []);
    expect(modules.filter((source) => /\/(?:chokidar|log-update|execa)\//.test(source))).toEqual([]);
  });

  it.each(["why-shared.js", "send-shared.js", "wait.js", "watch.js"])(
    "has no library that draws on a terminal in the files of %s",
    (start) => {
      const all = sources();
      expect(all.get("top-libraries.js")?.some((source) => source.includes("/log-update/"))).toBe(true);
      const modules = [...loadedWith(start)].flatMap((file) => all.get(file) ?? []);
      expect(modules.length).toBeGreaterThan(20);
      expect(modules.filter((source) => /\/(?:log-update|slice-ansi)\//.test(source))).toEqual([]);
    },
  );

  it("has no code for other machines in the files of a command about one machine", () => {
    const starts = ["plan.js", "status.js", "apply.js", "validate.js", "destroy.js", "record-run.js"];
    const files = new Set(starts.flatMap((start) => [...loadedWith(start)]));
    const all = sources();
    const ofHosts = /\/src\/(?:(?:commands\/)?hosts|transport|commands\/remote|report\/hosts|source)\//;
    const modules = [...files].flatMap((file) => all.get(file) ?? []).filter((each) => ofHosts.test(each));
    expect([...all.values()].flat().filter((each) => ofHosts.test(each)).length).toBeGreaterThan(60);
    // It recognizes the address of an agent on another machine.
    expect(modules).toEqual(["../src/hosts/host-address.ts"]);
  });

  it("has no more code for a plan than when it was last measured", () => {
    const files = loadedWith("plan.js");
    expect([...files].filter((file) => file !== "rolldown-runtime.js").sort()).toEqual([
      "command-line.js",
      "plan.js",
    ]);
    const sizes = ["command-line.js", "plan.js", "parse.js"].map((file) => [
      file,
      statSync(join(dist, file)).size,
    ]);
    // Each 10 kB take 0.1 to 0.2 ms of each plan. Before you raise a limit, look whether a plan needs the code: a rare case
    // can import() it, and a source map names what is inside.
    const limits = { "command-line.js": 118_000, "plan.js": 400_000, "parse.js": 318_000 };
    expect(sizes.filter(([file, size]) => Number(size) > limits[file as keyof typeof limits])).toEqual([]);
  });

  it("has each module once", () => {
    const { ["cli.js"]: launcher = [], "serve.js": served = [], ...rest } = Object.fromEntries(sources());
    const all = Object.values(rest).flat();
    expect(all.filter((source, index) => all.indexOf(source) < index)).toEqual([]);
    expect(all.length).toBeGreaterThan(300);
    expect(launcher).toContain("../src/start.ts");
    expect(launcher.length).toBeLessThan(15);
    // The server of MCP shares no parts of zod with the parser of fleet.yaml, and little of the rest.
    expect(all.filter((source) => source.includes("@modelcontextprotocol"))).toEqual([]);
    expect(served.filter((source) => source.startsWith("../src/")).length).toBeLessThan(25);
  });

  it("loads execa without the code of other commands", () => {
    const text = readFileSync(join(dist, "run-command.js"), "utf8");
    const required = [...text.matchAll(/require\("(\.\/[^"]+)"\)/g)].map(([, file]) => file);
    const own = required.filter((file) => file !== "./rolldown-runtime.js");
    expect(new Set(own)).toEqual(new Set(["./command-line.js"]));
  });

  it("names no folder of its build machine", () => {
    for (const name of readdirSync(dist).filter((file) => /\.(js|map|txt|json)$/.test(file))) {
      const text = readFileSync(join(dist, name), "utf8");
      expect.soft(text.includes(root), name).toBe(false);
      expect.soft(text.includes("/.dist-"), name).toBe(false);
    }
  });

  it("has the notice of every package in it", () => {
    const packages = [...sources().values()]
      .flat()
      .flatMap((source) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []);
    const notices = readFileSync(join(dist, "THIRD-PARTY-NOTICES.txt"), "utf8");
    expect(new Set(packages)).toContain("yaml");
    for (const name of new Set(packages)) expect(notices).toContain(`\n${name} `);
  });

  it("is packed with maps and notices, and without code for one version of V8", () => {
    const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    const { stdout } = spawnSync("npm", args, { cwd: root, encoding: "utf8" });
    const [{ files }] = JSON.parse(stdout) as [{ files: readonly { readonly path: string }[] }];
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(["dist/cli.js", "dist/plan.js.map", "dist/THIRD-PARTY-NOTICES.txt"]),
    );
    expect(paths.filter((path) => path.includes("compiled-"))).toEqual([]);
  });
});

describe("the notices", () => {
  it("cannot be made if a package has no licence text", async () => {
    const folder = join(makeScratch(), "node_modules/@some/thing");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "package.json"),
      '{ "name": "@some/thing", "version": "1.2.3", "license": "MIT" }',
    );
    const modules = [join(folder, "lib/index.js"), join(folder, "lib/other.js"), "/src/own.ts"];
    await expect(noticesOf(modules)).rejects.toThrow("@some/thing is bundled, and has no licence file");
    writeFileSync(join(folder, "LICENCE.md"), "Do what you like.\n");
    expect(await noticesOf(modules)).toMatch(/^@some\/thing 1\.2\.3 \(MIT\)\n\nDo what you like\.\n$/m);
  });
});

describe("a file of the bundle", () => {
  it("is written in ASCII, so that V8 keeps each character in one byte", () => {
    const files = readdirSync(dist).filter((name) => name.endsWith(".js"));
    const others = files.filter((name) => /[^\0-\x7f]/.test(readFileSync(join(dist, name), "latin1")));
    expect(others).toEqual([]);
  });

  it("keeps the meaning of its text, and the places in its source map", () => {
    const line = 'const more = "a…b", smile = /[😀-😂]/u; done(more)';
    const text = escaped(line);
    expect(text).toBe('const more = "a\\u2026b", smile = /[\\ud83d\\ude00-\\ud83d\\ude02]/u; done(more)');
    const names = ["more", "smile", "done"];
    const before = names.map((name): [number] => [line.indexOf(name)]);
    expect(moved(before, line)).toEqual(names.map((name) => [text.indexOf(name)]));
  });

  it.each(["String.raw`…`", "/\\…/"])("cannot have an escape there: %s", (text) => {
    expect(() => escaped(text)).toThrow("cannot be written in ASCII");
  });

  it("assigns its exports at its end, and defines no getter", () => {
    for (const name of sources().keys())
      expect.soft(readFileSync(join(dist, name), "utf8").includes('(exports,"'), name).toBe(false);
    for (const name of ["command-line.js", "plan.js", "parse.js", "apply.js"])
      expect(readFileSync(join(dist, name), "utf8")).toMatch(
        /^exports=module\.exports=Object\.create\(null\)[;,]/,
      );
    const getter = (name: string, value: string) =>
      `Object.defineProperty(exports,"${name}",{enumerable:!0,get:function(){return ${value}}})`;
    const code = (end: string) =>
      `let a=1;${getter("a", "a")},${getter("$b", "2")},${getter("c", "`x`")};${end}`;
    expect(withPlainExports(code("\n//# sourceMappingURL=a.js.map"))).toEqual({
      code: "let a=1;exports.a=a,exports.$b=2,exports.c=`x`;\n//# sourceMappingURL=a.js.map",
      from: "let a=1;".length,
    });
    expect(withPlainExports("let a=1;")).toEqual({ code: "let a=1;" });
    expect(() => withPlainExports(code("a=2;"))).toThrow("the exports are not the end of the chunk");
    expect(() => withPlainExports(code(getter("d", "e.f")))).toThrow("not the end of the chunk");
  });
});
