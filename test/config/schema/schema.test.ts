import { describe, expect, it } from "vitest";
import { parseFleet } from "../../../src/config/parse.ts";
import { diagnosticsOf, errorsOf, fleetWithAgent, hintsOf } from "../../support/config/errors-of.ts";

const agent = (line: string) => fleetWithAgent("command: x", line);

describe("values of a wrong type", () => {
  it.each([
    ["env: { CI: 1 }", "5:16 wrong-type [1]"],
    ["env: { CI: true }", "5:16 wrong-type [true]"],
    ["env: { CI: }", "5:12 wrong-type [CI]"],
    ["env: CI=1", "5:10 wrong-type [CI=1]"],
    ["envFiles: ~/a.env", "5:15 wrong-type [~/a.env]"],
    ["dependsOn: b", "5:16 wrong-type [b]"],
    ["replicas: many", "5:15 wrong-type [many]"],
    ["protect: yes", "5:14 wrong-type [yes]"],
    ["state: 1", "5:12 wrong-type [1]"],
    ["idleAfter: 60", "5:16 wrong-type [60]"],
    ["labels: { team: 7 }", "5:21 wrong-type [7]"],
    ["resources: { memoryMax: 8 }", "5:29 wrong-type [8]"],
    ["resources: { tasksMax: many }", "5:28 wrong-type [many]"],
    ["description: [a]", "5:18 wrong-type [[a]]"],
    ["restart: on-failure", "5:14 wrong-type [on-failure]"],
    ["restart:", "5:5 wrong-type [restart]"],
  ])("%s is refused at the value", (line, expected) => {
    expect(errorsOf(agent(line))).toEqual([expected]);
  });

  it("are underlined at the key if the value is a block of lines", () => {
    expect(errorsOf(fleetWithAgent("command:", "  program: x"))).toEqual(["4:5 wrong-type [command]"]);
  });
});

describe("invalid values", () => {
  it.each([
    ["workdir: ~else/app", "5:14 invalid-value [~else/app]"],
    ["workdir: $HOME/app", "5:14 invalid-value [$HOME/app]"],
    ["workdir: /a/../b", "5:14 invalid-value [/a/../b]"],
    ['workdir: "/a\\nb"', '5:14 invalid-value ["/a\\nb"]'],
    ["envFiles: [$X/a.env]", "5:16 invalid-value [$X/a.env]"],
    ["envFiles: [~/secrets/]", "5:16 invalid-value [~/secrets/]"],
    ["replicas: 0", "5:15 invalid-value [0]"],
    ["replicas: 1001", "5:15 invalid-value [1001]"],
    ["replicas: 1.5", "5:15 wrong-type [1.5]"],
    ["stopTimeout: 0s", "5:18 invalid-value [0s]"],
    ["idleAfter: 366d", "5:16 invalid-value [366d]"],
    ["idleAfter: soon", "5:16 invalid-value [soon]"],
    ["state: stoped", "5:12 invalid-value [stoped]"],
    ["onChange: always", "5:15 invalid-value [always]"],
    ["restart: { policy: never }", "5:24 invalid-value [never]"],
    ["restart: { limit: 0 }", "5:23 invalid-value [0]"],
    ["restart: { window: 0s }", "5:24 invalid-value [0s]"],
    ["resources: { cpuWeight: 10001 }", "5:29 invalid-value [10001]"],
    ["resources: { tasksMax: 0 }", "5:28 invalid-value [0]"],
    ['description: "two\\nlines"', '5:18 invalid-value ["two\\nlines"]'],
    [`description: ${"x".repeat(201)}`, `5:18 invalid-value [${"x".repeat(201)}]`],
    ['env: { A: "\\0" }', '5:15 invalid-value ["\\0"]'],
    ['env: { A: "\\uD800" }', '5:15 invalid-value ["\\uD800"]'],
    ["env: { 1A: x }", "5:12 invalid-value [1A]"],
    ["env: { A-B: x }", "5:12 invalid-value [A-B]"],
    ["env: { MOSAIC_TMUX_SOCKET: x }", "5:12 invalid-value [MOSAIC_TMUX_SOCKET]"],
    ["env: { MOSAIC_AGENT_WORKDIR: x }", "5:12 invalid-value [MOSAIC_AGENT_WORKDIR]"],
  ])("include %s", (line, expected) => {
    expect(errorsOf(agent(line))).toEqual([expected]);
  });

  it.each([
    ['command: ""', '4:14 invalid-value [""]'],
    ['command: "  "', '4:14 invalid-value ["  "]'],
    ["command: []", "4:14 invalid-value [[]]"],
    ["command: ['', x]", "4:15 invalid-value ['']"],
    ["command: [sleep, 100]", "4:22 wrong-type [100]"],
    ["command: 5", "4:14 wrong-type [5]"],
    ["command:", "4:5 wrong-type [command]"],
    ['command: "a\\0b"', '4:14 invalid-value ["a\\0b"]'],
  ])("include the command %s", (line, expected) => {
    expect(errorsOf(fleetWithAgent(line))).toEqual([expected]);
  });

  /** Returns a path of so many bytes, in parts of a hundred. */
  const longPath = (bytes: number): string => `/${"a".repeat(99)}`.repeat(41).slice(0, bytes);

  it.each([
    ["workdir", (path: string) => `workdir: ${path}`],
    ["an envFile", (path: string) => `envFiles: [${path}]`],
  ])("include a path that the kernel does not open, and not one byte less: %s", (_, line) => {
    for (const path of [longPath(4_095), `/${"ä".repeat(127)}/b`, `~/${"a".repeat(255)}`]) {
      expect(parseFleet(agent(line(path)), "fleet.yaml").ok).toBe(true);
    }
    for (const path of [longPath(4_096), `/${"ä".repeat(128)}/b`, `~/${"a".repeat(256)}`]) {
      expect(diagnosticsOf(agent(line(path)))).toMatchObject([
        {
          code: "invalid-value",
          summary: expect.stringContaining(
            "at most 4095 bytes, with at most 255 between two slashes",
          ) as string,
        },
      ]);
    }
  });

  it("include names that systemd and tmux treat differently; the content of the entry is still checked", () => {
    const text = 'version: 1\nname: "my fleet"\nagents:\n  a.b: { comand: x }\n  -c: { command: y }\n';
    expect(errorsOf(text)).toEqual([
      '2:7 invalid-value ["my fleet"]',
      "4:3 invalid-value [a.b]",
      "4:10 unknown-key [comand]",
      "5:3 invalid-value [-c]",
    ]);
  });

  it("include a socket that is not a plain file name", () => {
    expect(errorsOf("version: 1\ntmux: { socket: ../other, config: .. }\n")).toEqual([
      "2:17 invalid-value [../other]",
      "2:35 invalid-value [..]",
    ]);
  });

  it.each([
    ["200", 'write "COLUMNSxROWS"'],
    ["[200, 50]", 'did you mean "200x50"?'],
    ["200 x 50", 'did you mean "200x50"?'],
  ])("include the tmux.size %s, with a hint on how to write it", (size, hint) => {
    const result = parseFleet(`version: 1\ntmux: { size: ${size} }\n`, "fleet.yaml");
    expect(result.ok || result.diagnostics).toMatchObject([
      {
        summary: expect.stringMatching(/must be columns and rows such as "200x50"/),
        hint,
      },
    ]);
  });

  it("do not include a key named __proto__", () => {
    const text =
      "version: 1\nagents: { __proto__: { command: x }, b: { command: x, env: { __proto__: y } } }\n";
    expect(errorsOf(text)).toEqual(["2:11 unknown-key [__proto__]", "2:62 unknown-key [__proto__]"]);
  });
});

describe("hints", () => {
  it.each([
    ["idleAfter: 60", "add a unit: 60s for seconds, 60ms for milliseconds"],
    ['idleAfter: "60"', 'did you mean "60s"?'],
    ["idleAfter: 5 minutes", 'did you mean "5m"?'],
    ["resources: { memoryMax: 8GB }", 'did you mean "8G"?'],
    ["resources: { memoryMax: 8GiB }", 'did you mean "8G"?'],
    ["resources: { memoryMax: 512m }", 'did you mean "512M"?'],
    ["resources: { memoryMax: 8 }", "add a unit: 8G or 8M"],
    ["resources: { cpuQuota: 200 }", "write a percentage: 100% is one CPU, 200% are two"],
    ["workdir: https://example.org/x", "write the path of a file or folder, not an address"],
    ["workdir: ${HOME}/app", "variables are not expanded here; begin with ~/ for your home directory"],
    ["workdir: $HOME/app", "variables are not expanded here; begin with ~/ for your home directory"],
    ["env: { CI: 1 }", "put it in quotes: YAML reads a number without them"],
    ["env: { A-B: x }", 'for example "A_B"'],
    ["env: { MOSAIC_AGENT_X: x }", "the fleet sets this variable itself: choose another name"],
    ["protect: yes", "write true, without quotes"],
    ["state: stoped", 'did you mean "stopped"?'],
    ["envFiles: ~/a.env", "put it in brackets: [~/a.env]"],
  ])("contain %s", (line, hint) => {
    expect(hintsOf(agent(line))).toEqual([hint]);
  });

  it("mention a missing space after a colon", () => {
    expect(hintsOf("version: 1\nagents:\n  a:\n    command:foo\n")).toEqual(["put a space after the colon"]);
  });

  it("mention the right place of a misplaced key", () => {
    expect(hintsOf("version: 1\ndefaults: { replicas: 2 }\n")).toEqual([
      '"replicas" is a key of an agent and a service',
    ]);
    expect(
      hintsOf(
        "version: 1\nagents:\n  a:\n  workdir: /x\ndefaults: { runtime: b }\nruntimes: { b: { command: x } }\n",
      ),
    ).toEqual(['"workdir" is a key of an agent: indent it further']);
  });
});

describe("unknown keys", () => {
  it.each([
    ["version: 1\nnmae: x\n", "2:1 unknown-key [nmae]", 'did you mean "name"?'],
    ["version: 1\ntmux: { sokcet: x }\n", "2:9 unknown-key [sokcet]", 'did you mean "socket"?'],
    ["version: 1\ndefaults: { work_dir: x }\n", "2:13 unknown-key [work_dir]", 'did you mean "workdir"?'],
    [fleetWithAgent("comand: x"), "4:5 unknown-key [comand]", 'did you mean "command"?'],
    [agent("restart: { backoff: 1s }"), "5:16 unknown-key [backoff]", 'did you mean "delay"?'],
    [agent("resources: { memorymax: 8G }"), "5:18 unknown-key [memorymax]", 'did you mean "memoryMax"?'],
    [
      "version: 1\nruntimes: { r: { command: x, cmd: y } }\n",
      "2:30 unknown-key [cmd]",
      'did you mean "command"?',
    ],
  ])("are refused at the key: %j", (text, error, hint) => {
    expect(errorsOf(text)).toEqual([error]);
    expect(hintsOf(text)).toEqual([hint]);
  });
});

describe("missing keys", () => {
  it("are a preset, if a runtime says how to continue a conversation", () => {
    const text = (preset: string): string =>
      `version: 1\nruntimes:\n  r: { ${preset}command: x, resume: x --continue }\n`;
    expect(errorsOf(text(""))).toEqual(["3:28 invalid-value [x --continue]"]);
    expect(hintsOf(text(""))).toEqual(["declare the preset of the program"]);
    expect(parseFleet(text("preset: claude, "), "fleet.yaml").ok).toBe(true);
  });

  it("are reported at the key of the map that lacks them", () => {
    expect(errorsOf("version: 1\nruntimes:\n  r: {}\n")).toEqual(["3:3 missing-key [r]"]);
  });

  it.each(["", "# nothing yet\n", "name: x\n"])("include the version, which is required: %j", (text) => {
    expect(errorsOf(text)).toEqual([expect.stringMatching(/^1:1 missing-key /)]);
  });
});

describe("the version", () => {
  it("of a later release is the only error of a file", () => {
    expect(errorsOf("version: 2\nhosts: []\nagents: { a: { b: c } }\n")).toEqual(["1:10 invalid-value [2]"]);
    expect(hintsOf("version: 2\n")).toEqual(["upgrade mosaic-fleet, or write version: 1"]);
  });

  it("is a number", () => {
    expect(errorsOf('version: "1"\n')).toEqual(['1:10 wrong-type ["1"]']);
  });
});
