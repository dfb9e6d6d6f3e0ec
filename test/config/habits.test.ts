import { describe, expect, it } from "vitest";
import { keyHabit } from "../../src/config/habits/key-habits.ts";
import { knownKeys } from "../../src/config/schema/schema.ts";
import { diagnosticsOf, errorsOf, fleetWithAgent, hintsOf } from "../support/config/errors-of.ts";

const agent = (line: string): string =>
  fleetWithAgent(...line.split("\n"), "runtime: s").replace(
    "agents:",
    "runtimes: { s: { command: sleep infinity } }\nagents:",
  );

/** Returns the one hint for an agent with these lines. */
function hintOf(line: string): string | undefined {
  const hints = hintsOf(agent(line));
  expect(hints).toHaveLength(1);
  return hints[0];
}

describe("A key of another tool", () => {
  const synonyms: Readonly<Record<string, string>> = {
    workdir: "cwd dir directory working_dir working_directory start_directory root",
    env: "environment enviroment",
    command: "cmd exec args entrypoint shell shell_command",
    state: "enabled disabled autostart",
    replicas: "count instances numprocs scale",
    stopTimeout: "stop_grace_period timeout",
    idleAfter: "idle",
    description: "desc comment",
    envFiles: "env_file envFile",
    dependsOn: "depends_on",
  };
  it.each(Object.entries(synonyms).flatMap(([key, words]) => words.split(" ").map((word) => [word, key])))(
    "gets a hint: %s is %s",
    (word, key) => expect(hintOf(`${word}: x`)).toBe(`did you mean "${key}"?`),
  );

  it.each([
    ...["memory", "mem_limit", "limits", "MemoryMax", "memory_max"].map((word) => [
      word,
      "write resources: { memoryMax: … }",
    ]),
    ["cpus", "write resources: { cpuQuota: … }"],
    ...["restart_policy", "restartPolicy", "autorestart"].map((word) => [
      word,
      "write restart: { policy: … }",
    ]),
  ])("gets a hint about its level: %s is written below another key", (word, hint) =>
    expect(hintOf(`${word}: x`)).toBe(hint),
  );

  it("gets a hint in the fleet, its sections, and in defaults too", () => {
    expect(hintsOf("version: 1\nprocesses: { a: { command: x } }\nagents: {}")).toEqual([
      'did you mean "agents"?',
    ]);
    expect(hintsOf("version: 1\ndefaults: { cwd: /x }")).toEqual(['did you mean "workdir"?']);
    expect(hintsOf("version: 1\ntmux: { socket_name: x }")).toEqual(['did you mean "socket"?']);
    expect(hintOf("restart: { max_attempts: 3 }")).toBe('did you mean "limit"?');
    expect(hintOf("resources: { memory: 1G }")).toBe('did you mean "memoryMax"?');
  });
});

it.each("vars overlays poststop healthcheck user ports volumes secrets".split(" "))(
  "A missing feature is reported as such: %s",
  (key) => {
    expect(hintOf(`${key}: x`)).toMatch(new RegExp(`^mosaic-fleet has no ${key}: `));
    expect(hintsOf(`version: 1\n${key}: x\nagents: {}`)[0]).toMatch(
      new RegExp(`^mosaic-fleet has no ${key}: `),
    );
  },
);

describe("A value of another shape", () => {
  it.each([
    ["restart: always", "write restart: { policy: always }"],
    ["restart: no", "write restart: { policy: no }"],
    ["restart: true", "write restart: { policy: always }"],
    ["restart: false", "write restart: { policy: no }"],
    ["restart: unless-stopped", "write restart: { policy: always }"],
    ["restart: on-failure:5", "write restart: { policy: on-failure, limit: 5 }"],
    ["resources: 8GB", "write resources: { memoryMax: 8G }"],
    ["env: A=b", "write env: { A: b }"],
    ["env:", "indent KEY: VALUE lines below it, or remove the key"],
    ["workdir: ~", 'an unquoted ~ means "nothing" in YAML: write "~" in quotes, or remove the key'],
    ["env: { EMPTY: }", 'write "" for an empty value'],
    ["env: { API_KEY: }", 'write "" for an empty value'],
    ["resources: { memoryMax: 512Mi }", 'did you mean "512M"?'],
    ["resources: { memoryMax: 0.5Gi }", 'did you mean "0.5G"?'],
    ["resources: { memoryMax: 512MiB }", 'did you mean "512M"?'],
    ["resources: { cpuQuota: 500m }", 'did you mean "50%"?'],
    ['replicas: "3"', "write 3 without quotes"],
    ["run: npm start", "did you mean command: npm start?"],
    ["run: oneshot", 'did you mean "once"?'],
    ["replicas: 0", "to run none of them, write state: stopped"],
    ["stopTimeout: 1.5h", 'did you mean "1h30m"?'],
    ["idleAfter: never", "for an agent that is never restarted by a change, write onChange: keep"],
    ["stopTimeout: 0s", "0 would stand for no limit at all: write 1s or more"],
    ["stopTimeout: 1w", 'did you mean "7d"?'],
    ["stopTimeout: PT5M", 'did you mean "5m"?'],
    ["onChange: never", 'did you mean "keep"?'],
    ["state: started", 'did you mean "running"?'],
    ["state: paused", "write running, and have apply leave it alone with: fleet suspend AGENT"],
    ["restart: { policy: unless-stopped }", 'did you mean "always"?'],
    ["restart: { policy: false }", 'did you mean "no"?'],
    ["workdir: C:\\Users\\me", 'this is a path of Windows; under WSL that is "/mnt/c/Users/me"'],
  ])("gets a hint: %s", (line, hint) => expect(hintOf(line)).toBe(hint));

  it("gets a hint in an agent and in a runtime", () => {
    expect(hintsOf("version: 1\nagents: { f: bash }")).toEqual(["write f: { command: bash }"]);
    expect(hintsOf("version: 1\nruntimes: { claude: claude --x }")).toEqual([
      "write claude: { command: claude --x }",
    ]);
    expect(hintsOf("version: 1\nruntimes: { claude: [a, 'b, c'] }")).toEqual([
      'write claude: { command: [a, "b, c"] }',
    ]);
  });

  it("gets a hint that shows a backslash once", () =>
    expect(diagnosticsOf(agent("stopTimeout: C:\\Users"))[0]?.summary).toContain('got "C:\\Users"'));
});

describe("Missing indentation below a key", () => {
  it("is one error for the agents", () => {
    const text = "version: 1\nagents:\nplanner:\n  command: x\ncoder:\n  command: x\n";
    expect(errorsOf(text)).toEqual(["3:1 unknown-key [planner]"]);
    expect(diagnosticsOf(text)[0]).toMatchObject({
      summary: '"planner" and 1 more in the fleet is not indented below "agents"',
      hint: "indent what belongs to agents by two spaces",
    });
  });

  it("is one error for a variable", () =>
    expect(errorsOf(agent("env:\nA: b"))).toEqual(["6:5 unknown-key [A]"]));
});

describe("A file of another kind", () => {
  it.each([
    ["a tmuxp file", "session_name: hush\nwindows:\n  - window_name: x\n    panes: [vim]\n"],
    ["a process-compose file", 'version: "0.5"\nprocesses:\n  a: { command: x }\n'],
    ["a compose file", 'version: "3.8"\nservices:\n  a: { image: x }\n'],
    ["a Kubernetes file", "apiVersion: v1\nkind: Pod\n"],
    ["a Procfile", "web: bundle exec rails s\nworker: rake jobs\n"],
    ["a systemd unit", "[Unit]\nDescription=x\n[Service]\nExecStart=/bin/x\n"],
    ["a file for supervisord", "[program:x]\ncommand=x\nautostart=true\n"],
    ["a file of environment variables", "# keys\nAPI_KEY=x\nexport B=c\n"],
    ["a script", "#!/bin/sh\nset -e\necho hi\n"],
    ["a package.json", '{ "name": "x", "scripts": { "a": "b" } }'],
    ["a pm2 file", "apps:\n  - name: x\n    script: y\n"],
    ["a saved plan of mosaic-fleet", '{ "formatVersion": "1.0", "actions": [] }'],
  ])("is reported as such, in one error: %s", (what, text) => {
    expect(diagnosticsOf(text).map(({ summary }) => summary)).toEqual([`this is ${what}, not a fleet.yaml`]);
  });

  it("counts as a fleet file if it has agents: then only the key is wrong", () => {
    const text = "version: 1\nsession_name: x\nwindows: []\nagents: { a: { command: x } }\n";
    const summaries = diagnosticsOf(text).map(({ summary }) => summary);
    expect(summaries).toEqual([
      'unknown key "session_name" in the fleet',
      'unknown key "windows" in the fleet',
    ]);
    expect(diagnosticsOf(text)[0]?.place?.source).toBe("session_name: x");
  });

  it("causes at most ten errors, with their number, if its kind is unknown", () => {
    const text = Array.from({ length: 14 }, (_, index) => `word${index}: { x: 1 }\n`).join("");
    const told = diagnosticsOf(text);
    expect(told).toHaveLength(11);
    expect(told.reduce((sum, { standsFor = 1 }) => sum + standsFor, 0)).toBe(15);
    expect(told.at(-1)).toMatchObject({ summary: "5 more errors from here on", standsFor: 5 });
  });
});

describe("A syntax error of YAML", () => {
  it.each([
    ["runtime: s\nbad", "a line without a colon"],
    ["command: - x", "a list that begins in the line of its key"],
    ["command: %x", "a value that begins with %"],
    ["command: @x", "a value that begins with @"],
    ["env: { A: b, , C: d }", "a comma without an entry before it"],
    ["command: | echo", "text in the line of | or >"],
  ])("is explained in plain words: %s", (line, summary) => {
    const text = fleetWithAgent(...line.split("\n"));
    expect(diagnosticsOf(text).map((each) => each.summary)).toContain(summary);
  });

  it("is one error if the space after a colon is missing", () => {
    const text = "version: 1\nagents:\n  b: {command:bash}\n";
    expect(errorsOf(text)).toEqual(["3:7 unknown-key [command:bash]"]);
    expect(hintsOf(text)).toEqual(["put a space after the colon: command: …"]);
  });

  it("is explained if a backslash is in double quotes", () => {
    expect(hintsOf(agent('workdir: "C:\\Users"'))[0]).toContain("single quotes");
  });
});

it("A variable in braces without quotes hides no error in another line", () => {
  const text = [
    "version: 1",
    "agents:",
    "  a: { command: x, workdir: ${HOME}/src, env: { N: 1 } }",
    "  b: { command: x, env: { PORT: 3000 } }",
    "  c: { command: x, workdir: ${HOME}/src }",
    "  d: { command: x, stat: stopped }",
    "",
  ].join("\n");
  expect(errorsOf(text)).toEqual([
    "3:29 yaml-syntax [${HOME}]",
    "3:52 wrong-type [1]",
    "4:33 wrong-type [3000]",
    "5:29 yaml-syntax [${HOME}]",
    "6:20 unknown-key [stat]",
  ]);
});

it("A key of agents or of the fleet is not said to be absent", () => {
  const sections = ["agent", "fleet"] as const;
  const known = sections.flatMap((section) => knownKeys[section].map((key) => ({ section, key })));
  expect(keyHabit("agent", "ports")).toMatchObject({ kind: "absent" });
  expect(known.filter(({ section, key }) => keyHabit(section, key)?.kind === "absent")).toEqual([]);
});
