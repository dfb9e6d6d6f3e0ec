import { describe, expect, it } from "vitest";
import { namedRuntimes } from "../../src/config/schema/runtimes.ts";
import { parseFleet } from "../../src/config/parse.ts";
import type { FleetConfig } from "../../src/config/types.ts";
import { diagnosticsOf, errorsOf } from "../support/config/errors-of.ts";

function parsed(text: string): FleetConfig {
  const result = parseFleet(text, "fleet.yaml");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, null, 2));
  return result.value;
}

describe("a valid fleet.yaml", () => {
  it("needs only its version", () => {
    expect(parsed("version: 1\n")).toEqual({
      version: 1,
      name: "mosaic",
      tmux: { socket: "mosaic-factory" },
      runtimes: namedRuntimes({}),
      defaults: {},
      agents: {},
    });
  });

  it("may have sections and agents without content", () => {
    const text =
      "version: 1\ntmux:\ndefaults: { runtime: r }\nruntimes: { r: { command: x } }\nagents:\n  a:\n  b: {}\n";
    expect(parsed(text).agents).toEqual({ a: {}, b: {} });
    expect(parsed("version: 1\nruntimes:\ndefaults:\nagents:\n").agents).toEqual({});
  });

  it("names the socket after the fleet", () => {
    expect(parsed("version: 1\nname: blue\n").tmux.socket).toBe("blue-factory");
    expect(parsed("version: 1\nname: blue\ntmux: { socket: s }\n").tmux.socket).toBe("s");
  });

  it("is parsed into durations in ms, and everything else as written", () => {
    const text = `version: 1
agents:
  canary:
    description: smoke test
    command: [codex, --full-auto, ""]
    workdir: ~/src/app
    env: { CI: "1", EMPTY: "" }
    envFiles: [~/.config/mosaic/secrets/anthropic.env, /etc/fleet.env]
    state: stopped
    replicas: 3
    dependsOn: [planner]
    restart: { policy: no, delay: 0s, limit: 5, window: 1h30m }
    onChange: keep
    idleAfter: 1m 30s
    stopTimeout: 500ms
    resources: { memoryMax: 1.5G, memoryHigh: 50%, cpuQuota: 200%, cpuWeight: 50, tasksMax: infinity }
    protect: true
    labels: { team: core }
  planner: { command: "x", resources: { memoryMax: infinity, memoryHigh: "1048576", tasksMax: 2048 } }
`;
    expect(parsed(text).agents).toEqual({
      canary: {
        description: "smoke test",
        command: ["codex", "--full-auto", ""],
        workdir: "~/src/app",
        env: { CI: "1", EMPTY: "" },
        envFiles: ["~/.config/mosaic/secrets/anthropic.env", "/etc/fleet.env"],
        state: "stopped",
        replicas: 3,
        dependsOn: [{ target: "planner", until: "started" }],
        restart: { policy: "no", delay: 0, limit: 5, window: 5_400_000 },
        onChange: "keep",
        idleAfter: 90_000,
        stopTimeout: 500,
        resources: {
          memoryMax: "1.5G",
          memoryHigh: "50%",
          cpuQuota: "200%",
          cpuWeight: 50,
          tasksMax: "infinity",
        },
        protect: true,
        labels: { team: "core" },
      },
      planner: { command: "x", resources: { memoryMax: "infinity", memoryHigh: "1048576", tasksMax: 2048 } },
    });
  });

  it("may begin with a byte order mark and have lines that end with CR LF", () => {
    expect(parsed("\uFEFFversion: 1\r\nagents:\r\n  a:\r\n    command: x\r\n").agents).toEqual({
      a: { command: "x" },
    });
  });

  it("may name agents and variables like members of every JavaScript object", () => {
    const text =
      "version: 1\nagents:\n  constructor: { command: x, env: { toString: y, hasOwnProperty: z } }\n  1: { command: z }\n";
    expect(Object.keys(parsed(text).agents)).toEqual(["1", "constructor"]);
  });

  it("may share parts through anchors and merge keys, and own keys win", () => {
    const text = `version: 1
agents:
  a: &base
    command: x
    env: &env { A: "1", B: "2" }
  b:
    <<: *base
    workdir: /b
    env: { <<: *env, B: "3" }
  c:
    <<: [{ workdir: /c }, *base]
`;
    expect(parsed(text).agents).toEqual({
      a: { command: "x", env: { A: "1", B: "2" } },
      b: { command: "x", workdir: "/b", env: { A: "1", B: "3" } },
      c: { command: "x", workdir: "/c", env: { A: "1", B: "2" } },
    });
  });

  it("may use one anchor in a thousand agents", () => {
    const agents = Array.from(
      { length: 1000 },
      (_, index) => `  a${index}: { command: x, env: *env }\n`,
    ).join("");
    const text = `version: 1\ndefaults: { env: &env { A: "1" } }\nagents:\n${agents}`;
    expect(Object.keys(parsed(text).agents)).toHaveLength(1000);
  });
});

describe("errors in shared parts", () => {
  it("are reported once, at the place of the part", () => {
    const text = `version: 1
agents:
  a: &base
    comand: x
    workdir: $rel
  b: *base
  c: { <<: *base, command: x }
`;
    expect(errorsOf(text)).toEqual(["4:5 unknown-key [comand]", "5:14 invalid-value [$rel]"]);
  });
});

describe("all errors of a file", () => {
  const text = `version: 1
name: "our fleet"
runtimes:
  claude: { command: mosaic yolo claude }
defaults:
  runtime: claud
agents:
  canary:
    comand: sleep 100
    resources: { memoryMax: 8GB }
  planner:
    command: ""
    workdir: $src/app
    replicas: 2
  planner-1:
    command: x
    state: [running]
  reviewer:
    runtime: codex
    dependsOn: [planer, tester]
  tester:
    command: x
    dependsOn: [reviewer]
  tester:
    command: y
    dependsOn: [reviewer]
    env: { CI: 1 }
  indented:
    command: x
   workdir: /x
  last:
    idleAfter: 60
`;

  it("are reported together, each at its place, in the order of the lines", () => {
    expect(errorsOf(text)).toEqual([
      '2:7 invalid-value ["our fleet"]',
      "6:12 unknown-runtime [claud]",
      "9:5 unknown-key [comand]",
      "10:29 invalid-value [8GB]",
      '12:14 invalid-value [""]',
      "13:14 invalid-value [$src/app]",
      "15:3 duplicate-agent [planner-1]",
      "17:12 wrong-type [[running]]",
      "19:14 unknown-runtime [codex]",
      "20:17 unknown-dependency [planer]",
      "24:3 duplicate-key [tester]",
      "26:17 dependency-cycle [reviewer]",
      "27:16 wrong-type [1]",
      "30:4 yaml-syntax [workdir: /x]",
      "32:16 wrong-type [60]",
    ]);
  });

  it("name the file, and quote the source line", () => {
    const diagnostics = diagnosticsOf(text);
    expect(
      diagnostics.every(({ severity, place }) => severity === "error" && place?.file === "fleet.yaml"),
    ).toBe(true);
    expect(diagnostics[2]).toEqual({
      severity: "error",
      code: "unknown-key",
      summary: 'unknown key "comand" in agent "canary"',
      detail: undefined,
      hint: 'did you mean "command"?',
      place: { file: "fleet.yaml", line: 9, column: 5, length: 6, source: "    comand: sleep 100" },
    });
  });
});

describe("a file that is not a map", () => {
  it.each(["- a\n", "hello\n"])("is refused at its first line: %j", (text) => {
    expect(errorsOf(text)).toEqual([expect.stringMatching(/^1:1 wrong-type /)]);
  });
});
