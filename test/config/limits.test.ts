import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseFleet } from "../../src/config/parse.ts";
import { isOlder } from "../../src/system/node-version.ts";
import { cli } from "../support/rig/outer.ts";
import { diagnosticsOf } from "../support/config/errors-of.ts";

/** Processor time, ms. Other work on the machine does not make it longer. */
const longestMs = 2_000;
/** kB. The heap of newer versions of V8 grows in larger steps. */
const largest = (isOlder(process.versions.node, "24") ? 300 : 360) * 1024;

const head = "version: 1\nagents:\n  a:\n    command: x\n";
const letters = "b c d e f g h i j k l m n o p".split(" ");
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("");
const agents = (count: number, line: (index: number) => string): string =>
  `version: 1\nagents:\n${many(count, line)}`;

/** The longest text that is read. */
const full = 1024 * 1024 - 100;
const fill = (text: string): string => text.repeat(Math.floor(full / text.length));

/** The beginning of the first message, and its line and column. */
const refused: readonly (readonly [name: string, text: string | Buffer, summary: string, place?: string])[] =
  [
    [
      "a billion laughs",
      `version: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n${letters.map((name, index) => `${name}: &${name} [${many(10, () => `*${"abcdefghijklmnop"[index]}, `)}]\n`).join("")}`,
      "too many aliases",
      "7:12",
    ],
    [
      "as many by merge keys",
      `version: 1\na: &a {k: v}\n${letters.map((name, index) => `${name}: &${name} {<<: [${many(10, () => `*${"abcdefghijklmnop"[index]}, `)}]}\n`).join("")}`,
      "too many aliases",
      "7:37",
    ],
    [
      "an anchor that all of many share",
      `version: 1\nagents:\n  z: {command: x, env: &e {${many(2_000, (index) => `A${index}: x, `)}}}\n${many(2_000, (index) => `  a${index}: {command: x, env: *e}\n`)}`,
      "too many aliases",
    ],
    ["an alias in its own anchor", "version: 1\nagents: &a\n  b: *a\n", "alias *a refers to itself", "3:6"],
    ["a merge with itself", "version: 1\nagents: &a\n  <<: *a\n", "alias *a refers to itself", "3:7"],
    [
      "10,000 brackets",
      `version: 1\nagents: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`,
      "too many levels",
      "2:57",
    ],
    ["10,000 open braces", `version: 1\nagents: ${"{a: ".repeat(10_000)}\n`, "too many levels", "2:201"],
    ["10,000 dashes", `version: 1\nagents:\n  ${"- ".repeat(10_000)}x\n`, "too many levels", "3:99"],
    ["1,400 maps", `version: 1\n${many(1_400, (index) => `${" ".repeat(index)}a:\n`)}`, "too many levels"],
    ["10 MB", `version: 1\n#${"x".repeat(10_000_000)}\n`, "cannot read f.yaml: it is larger than 1 MB"],
    [
      "many agents",
      agents(12_000, (index) => `  a${index}: { command: "sleep 1000", env: { A: it, B: has, C: slept } }\n`),
      "more than one",
    ],
    ["aliases only", `a: [${"*a,".repeat(90_000)}]\n`, 'the fleet has no "version"'],
    ["commas only", `a: {${",".repeat(199_000)}}\n`, "a comma without an entry"],
    [
      "merge keys without their anchor only",
      agents(6_000, (index) => `  a${index}: { <<: *x }\n`),
      "alias *x has no anchor",
    ],
    ["tags only", "! ".repeat(99_000), "an anchor, alias or tag in a wrong place"],
    ["directives only", "%x\n".repeat(99_000), "unknown directive %x"],
    ["tabs only", agents(19_900, () => "a:\n\t- b\n"), "a tab in the indentation"],
    ["brackets only", fill("]"), "more than one"],
    ["quotes only", fill("'\n"), "more than one"],
    ["line breaks only", fill("\n"), "more than one"],
    [
      "a digit only",
      `version: 1\nagents: {a: {command: x, replicas: ${"9".repeat(900_000)}}}\n`,
      "replicas in agent",
      "2:36",
    ],
    ["one long name", `version: 1\nname: ${"k".repeat(900_000)}\n`, "name must be a name", "2:7"],
    [
      "nothing but wrong keys",
      agents(6_000, (index) => `  a${index}: { comand: x }\n`),
      'unknown key "comand" in agent "a0"',
    ],
    [
      "nothing but unknown agents",
      agents(6_000, (index) => `  a${index}: { command: x, dependsOn: [b${index}] }\n`),
      'agent "a0" depends on',
    ],
    [
      "cycles of all",
      agents(
        80,
        (index) => `  a${index}: { command: x, dependsOn: [${many(80, (other) => `a${other}, `)}] }\n`,
      ),
      'agent "a0" depends on itself',
    ],
    [
      "a million replicas",
      agents(1_000, (index) => `  a${index}: {command: x, replicas: 1000}\n`),
      "a fleet of 1000000 agents",
      "2:1",
    ],
    ["one key a thousand times", agents(1_000, () => "  a: { command: x }\n"), 'duplicate key "a"', "4:3"],
    ["CR alone", head.replaceAll("\n", "\r"), "a carriage return", "1:11"],
    ["a NUL", `${head}    description: "\0"\n`, "a NUL character", "5:19"],
    ["UTF-16", Buffer.from(`\uFEFF${head}`, "utf16le"), "cannot read f.yaml: it is not UTF-8 text"],
    ["UTF-16 without its mark", Buffer.from(head, "utf16le"), "a NUL character", "1:2"],
    [
      "invalid UTF-8",
      Buffer.from(`${head}    description: caf\u00e9\n`, "latin1"),
      "cannot read f.yaml: it is not UTF-8 text",
    ],
    ["tabs", "version: 1\nagents:\n\ta:\n", "a tab in the indentation", "3:1"],
    ["two documents", `${head}---\n${head}`, "a second document", "5:1"],
    ["nothing", "", 'the fleet has no "version"', "1:1"],
    ["comments only", "# a\n# b\n", 'the fleet has no "version"', "1:1"],
    ["a tag that is code elsewhere", `${head}    description: !!js/function 'x'\n`, "unresolved tag", "5:18"],
    ["__proto__", "version: 1\nagents: {__proto__: {command: x}}\n", 'the name "__proto__"', "2:10"],
    [
      "__proto__ with an escape",
      'version: 1\nagents: {a: {command: x, env: {"__pr\\x6fto__": y}}}\n',
      'the name "__proto__"',
      "2:32",
    ],
    [
      "a runtime that all objects have",
      "version: 1\nagents: {a: {runtime: constructor}}\n",
      'unknown runtime "constructor"',
      "2:23",
    ],
    [
      "a country that is no",
      "version: 1\nagents: {a: {command: x, protect: no}}\n",
      "protect in agent",
      "2:35",
    ],
    ["1e999", "version: 1\nagents: {a: {command: x, replicas: 1e999}}\n", "replicas in agent", "2:36"],
    [
      "a variable that cannot be carried",
      `version: 1\nagents: {a: {command: x, env: {A: ${"x".repeat(120_001)}}}}\n`,
      "env.A in agent",
      "2:35",
    ],
    [
      "a command that cannot be carried",
      `version: 1\nagents: {a: {command: [x, "${"'".repeat(30_000)}"]}}\n`,
      "command in agent",
      "2:23",
    ],
    [
      "a variable that the shell sets",
      "version: 1\nagents: {a: {command: x, env: {PWD: x}}}\n",
      '"PWD" in env',
      "2:32",
    ],
    [
      "an environment that no program starts with",
      agents(
        1,
        () =>
          `  a: {command: x, env: {B: &b ${"x".repeat(110_000)}, ${many(9, (index) => `C${index}: *b, `)}}}\n`,
      ),
      "the environment of agent",
      "3:19",
    ],
  ];

const right: readonly (readonly [name: string, text: string, agentCount: number])[] = [
  ["a byte order mark", `\uFEFF${head}`, 1],
  ["CR LF", head.replaceAll("\n", "\r\n"), 1],
  ["merge keys", "version: 1\nagents:\n  a: &a {command: x}\n  b: {<<: *a, workdir: /tmp}\n", 2],
  [
    "numbers and words as names",
    "version: 1\nagents: {1: {command: x}, no: {command: x}, null: {command: x}}\n",
    3,
  ],
  [
    "what is text in YAML 1.2",
    "version: 1\nagents: {a: {command: no, env: {A: no, B: 2001-12-14, C: 12:30:45}}}\n",
    1,
  ],
  [
    "names that all objects have",
    "version: 1\nagents: {constructor: {command: x}, toString: {command: x}}\n",
    2,
  ],
  [
    "a thousand agents",
    agents(1_000, (index) => `  a${index}:\n    command: x\n    workdir: /tmp\n    env:\n      A: b\n`),
    1_000,
  ],
  ["one long comment", `version: 1\n#${"x".repeat(900_000)}\nagents: {a: {command: x}}\n`, 1],
];

/** Returns true for a text to be parsed in a process of its own. A small text is cheap without one. */
const isHeavy = (text: string | Buffer): boolean => typeof text !== "string" || text.length > 2_000;
const cases = refused.map(([name, text, summary, place]) => ({ name, text, summary, place }));
const heavy = cases.filter(({ text }) => isHeavy(text));
const light = cases.filter(({ text }) => !isHeavy(text));

describe("parseFleet", () => {
  it.each(light)("reports $name", ({ text, summary, place }) => {
    const [first] = diagnosticsOf(String(text));
    expect(first?.summary.slice(0, summary.length)).toBe(summary);
    expect(`${first?.place?.line}:${first?.place?.column}`).toBe(place);
  });

  it.each(right.filter(([, text]) => !isHeavy(text)))("accepts %s", (_, text, agentCount) => {
    const result = parseFleet(text, "fleet.yaml");
    expect(result.ok && Object.keys(result.value.agents).length).toBe(agentCount);
  });
});

describe("fleet validate, in little time and memory", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mosaic-fleet-limits-"));
    writeFileSync(
      join(folder, "usage.cjs"),
      'process.on("exit", () => require("node:fs").writeFileSync("usage", JSON.stringify(process.resourceUsage())));\n',
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function validate(file: string): {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  } {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["-r", "./usage.cjs", cli, "validate", "--file", file],
      {
        cwd: folder,
        env: { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, "cache") },
        encoding: "utf8",
        timeout: 240_000,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const usage: NodeJS.ResourceUsage = JSON.parse(readFileSync(join(folder, "usage"), "utf8"));
    expect((usage.userCPUTime + usage.systemCPUTime) / 1_000).toBeLessThan(longestMs);
    expect(usage.maxRSS).toBeLessThan(largest);
    expect(stderr).not.toMatch(/\n\s+at |internal|bug/i);
    return { code: status, stdout, stderr };
  }

  it.each(heavy)("reports $name", ({ text, summary, place }) => {
    writeFileSync(join(folder, "f.yaml"), text);
    const { code, stdout, stderr } = validate("f.yaml");
    expect({ code, stdout }).toEqual({ code: summary.startsWith("cannot") ? 1 : 65, stdout: "" });
    expect(stderr.slice("Error: ".length, "Error: ".length + summary.length)).toBe(summary);
    expect(stderr.length).toBeLessThan(100_000);
    const [, found] = /--> f\.yaml:(\d+:\d+)/.exec(stderr) ?? [];
    if (code === 65) expect(found).toMatch(/^\d+:\d+$/);
    if (place !== undefined) expect(found).toBe(place);
  });

  it.each(right.filter(([, text]) => isHeavy(text)))("accepts %s", (_, text, agentCount) => {
    writeFileSync(join(folder, "f.yaml"), text);
    expect(validate("f.yaml")).toEqual({
      code: 0,
      stdout: `Valid: fleet mosaic with ${agentCount} agent${agentCount === 1 ? "" : "s"}.\n`,
      stderr: "",
    });
  });

  it.each([
    ["a folder", () => mkdirSync(join(folder, "x")), "cannot read x: it is a directory"],
    ["nothing", () => undefined, "there is no file x"],
    [
      "a device without an end",
      () => execFileSync("ln", ["-s", "/dev/zero", join(folder, "x")]),
      "cannot read x: it is neither a file nor a pipe",
    ],
    [
      "a pipe without an end",
      () =>
        execFileSync("sh", ["-c", 'mkfifo "$0" && { yes >"$0" & }', join(folder, "x")], { stdio: "ignore" }),
      "cannot read x: it is larger than 1 MB",
    ],
    [
      "a standard input that is no file",
      () => execFileSync("ln", ["-s", "/dev/stdin", join(folder, "x")]),
      "cannot read x: it is neither a file nor a pipe",
    ],
  ])("reports %s in place of the file", (_, make, summary) => {
    make();
    const { code, stderr } = validate("x");
    expect(code).toBe(1);
    expect(stderr).toContain(summary);
    rmSync(join(folder, "x"), { recursive: true, force: true });
  });
});
