import { describe, expect, it } from "vitest";
import { withAbsolutePaths } from "../../src/config/file/absolute-paths.ts";
import type { AgentConfig, AgentDefaults, FleetConfig } from "../../src/config/types.ts";
import { fleetJsonSchema } from "../../src/config/json-schema.ts";
import { directives } from "../../src/desired/files/directives.ts";
import { reachesOnlyTheWaiter } from "../../src/plan/in-force/exec-directives.ts";
import { pathPattern } from "../../src/config/schema/values/names.ts";
import { knownKeys } from "../../src/config/schema/schema.ts";
import { configOf, desiredOf } from "../support/plan/resolved.ts";

type Fields<Section extends object> = Readonly<Record<keyof Section, readonly [unknown, unknown]>>;

/** Two values for each key, both different from the default. */
const samples: Fields<
  Omit<
    AgentConfig,
    "restart" | "resources" | "ready" | "stop" | "hooks" | "worktree" | "service" | "hosts" | "isInactive"
  >
> = {
  command: ["one", "two"],
  runtime: ["claude", "codex"],
  workdir: ["/srv", "/opt"],
  env: [{ A: "1" }, { A: "2" }],
  envFiles: [["/one.env"], ["/two.env"]],
  replicas: [2, 3],
  description: ["one", "two"],
  dependsOn: [["other"], { third: "started" }],
  stopTimeout: ["5s", "6s"],
  state: ["running", "stopped"],
  onChange: ["restart", "keep"],
  idleAfter: ["5s", "6s"],
  protect: [false, true],
  formerly: ["old", "older"],
  labels: [{ a: "1" }, { a: "2" }],
  log: [true, { keep: 5 }],
  windows: [{ logs: "one" }, { logs: { panes: ["one", null] } }],
  profiles: ["night", ["day", "night"]],
  run: ["once", "continuously"],
  schedule: ["daily", { at: "weekly" }],
};

const restart: Fields<NonNullable<AgentDefaults["restart"]>> = {
  policy: ["no", "always"],
  delay: ["2s", "3s"],
  limit: [3, 4],
  window: ["2m", "3m"],
};

const resources: Fields<NonNullable<AgentDefaults["resources"]>> = {
  memoryMax: ["1G", "2G"],
  memoryHigh: ["1G", "2G"],
  cpuQuota: ["50%", "60%"],
  cpuWeight: [50, 60],
  tasksMax: [50, 60],
};

const ready: Fields<NonNullable<AgentDefaults["ready"]>> = {
  exec: ["true", ["test", "-e", "up"]],
  output: ["^up$", "^ready$"],
  title: ["^up$", "^ready$"],
  activity: ["idle", "working"],
  timeout: ["5s", "6s"],
  onTimeout: ["warn", "fail"],
};

const hooks: Fields<NonNullable<AgentDefaults["hooks"]>> = {
  preStart: ["one", ["one", "two"]],
  postStart: ["one", "two"],
  preStop: ["one", "two"],
  onFailure: ["one", "two"],
  onWaiting: ["one", ["one", "two"]],
  timeout: ["5s", "6s"],
};

const worktree: Fields<NonNullable<AgentDefaults["worktree"]>> = {
  repo: ["/one", "/two"],
  branch: ["one", "two/{name}"],
  from: ["one", "two"],
  path: ["/one", "/two"],
  workdir: ["one", "two"],
  copy: [[".env"], ["*.env"]],
  link: [["data"], ["more"]],
  setup: ["one", ["one", "two"]],
  fetch: [false, true],
  timeout: ["5s", "6s"],
};

const stop: Fields<NonNullable<AgentDefaults["stop"]>> = {
  send: ["/exit", "/quit"],
  keys: [["C-c"], ["C-d"]],
  timeout: ["5s", "6s"],
};

const tmux: Fields<FleetConfig["tmux"]> = {
  socket: ["one", "two"],
  config: ["/one.conf", "/two.conf"],
  size: ["80x24", "90x24"],
};

const runtime: Fields<Omit<FleetConfig["runtimes"][string], "screen" | "written">> = {
  command: ["one", "two"],
  preset: ["claude", "codex"],
  resume: ["one", "two"],
  activity: ["hooks", "screen"],
  enterDelay: ["1s", "2s"],
  interrupt: [["C-c"], ["Escape"]],
  start: [{}, { parallel: 2 }],
};

const start: Fields<NonNullable<FleetConfig["start"]>> = {
  parallel: [2, 3],
  interval: ["2s", "3s"],
  jitter: ["1s", "2s"],
  holdAfter: [3, false],
};

const screen: Fields<NonNullable<FleetConfig["runtimes"][string]["screen"]>> = {
  prompt: ["one", "two"],
  busy: ["one", "two"],
  dialogs: [["one"], ["two"]],
  limits: [["one"], ["two"]],
};

const nested = (section: string, fields: Readonly<Record<string, readonly unknown[]>>, others: object = {}) =>
  Object.entries(fields).map(([key, values]) => ({
    key: `${section}.${key}`,
    values: values.map((value) => ({ [section]: { ...others, [key]: value } })),
  }));

const cases = [
  ...Object.entries(samples).map(([key, values]) => ({
    key,
    values: values.map((value) => ({ [key]: value })),
  })),
  ...nested("restart", restart),
  ...nested("resources", resources),
  ...nested("ready", {
    exec: ready.exec,
    output: ready.output,
    title: ready.title,
    activity: ready.activity,
  }),
  ...nested("ready", { timeout: ready.timeout, onTimeout: ready.onTimeout }, { exec: "true" }),
  ...nested("stop", stop),
  ...nested("hooks", hooks),
  ...nested("worktree", worktree, { repo: "/repo" }),
];

const others = { other: { command: "x" }, third: { command: "x" } };
const runtimes = { claude: { command: "claude" }, codex: { command: "codex" } };

const desiredWith = (keys: object) =>
  desiredOf({ runtimes, agents: { ...others, rich: { runtime: "claude", ...keys } } }).agents;

const desiredByDefault = (keys: object) =>
  desiredOf({ runtimes, defaults: { runtime: "claude", ...keys }, agents: { rich: {} } }).agents;

describe("Every key of an agent", () => {
  it("is tested here", () => {
    const sections = ["restart", "resources", "ready", "stop", "hooks", "worktree"] as const;
    const known = [
      // By `hosts`, other machines have no such agent: test/config/hosts.
      ...knownKeys.agent.filter((key) => key !== "hosts" && !sections.some((section) => section === key)),
      ...sections.flatMap((section) => knownKeys[section].map((key) => `${section}.${key}`)),
    ];
    expect(new Set(cases.map(({ key }) => key))).toEqual(new Set(known));
    expect(Object.keys(tmux)).toEqual(knownKeys.tmux);
    expect([...Object.keys(runtime), "screen"]).toEqual(knownKeys.runtime);
    expect(Object.keys(screen)).toEqual(knownKeys.screen);
    expect(Object.keys(start)).toEqual(knownKeys.start);
    expect(knownKeys.fleet).toEqual([
      "version",
      "name",
      "include", // the files that it names are joined before: test/config/include
      "tmux",
      "hosts",
      "rollout", // of pushes to hosts: test/hosts/rollout.test.ts
      "activeProfiles", // it decides about the profiles of agents: test/config/profiles/active.test.ts
      "sendFromAgents", // changes no agent: test/fleet/talk/from-agents.test.ts
      "start",
      "runtimes",
      "notify", // for the watch alone: test/watch/notify
      "defaults",
      "agents",
      "services", // as agents, with the keys that they share: test/desired/services.test.ts
    ]);
  });

  it.each(cases)("changes the desired state: $key", ({ values }) => {
    const [one, other] = values.map((keys) => desiredWith(keys));
    expect(one).not.toEqual(other);
  });

  const inDefaults = cases.filter(({ key }) => knownKeys.defaults.includes(key.split(".")[0] ?? ""));
  it.each(inDefaults)("changes the desired state from the defaults: $key", ({ values }) => {
    const [one, other] = values.map((keys) => desiredByDefault(keys));
    expect(one).not.toEqual(other);
  });

  it.each(nested("start", start))("changes the desired state of all agents: $key", ({ values }) => {
    const [one, other] = values.map((keys) => desiredOf({ ...keys, agents: others }).agents);
    expect(one).not.toEqual(other);
  });

  it.each(nested("tmux", tmux))("changes the desired state of the fleet: $key", ({ values }) => {
    const [one, other] = values.map((keys) => desiredOf({ ...keys, agents: others }));
    expect(one).not.toEqual(other);
  });

  const ofRuntimes = Object.entries({ ...runtime, screen: [] }).flatMap(([key, values]) =>
    key === "screen"
      ? [...nested("screen", screen), ...nested("start", start)]
      : [{ key, values: values.map((value) => ({ [key]: value })) }],
  );
  it.each(ofRuntimes)("changes the desired state of its agents: $key", ({ values }) => {
    const [one, other] = values.map((keys) =>
      desiredOf({ runtimes: { mine: { preset: "claude", ...keys } }, agents: { rich: { runtime: "mine" } } }),
    );
    expect(one).not.toEqual(other);
  });

  it("resolves relative paths from the folder of fleet.yaml", () => {
    const pattern = JSON.stringify(pathPattern.source);
    const { properties } = agentJsonSchema();
    const paths = Object.keys(properties).filter((key) => JSON.stringify(properties[key]).includes(pattern));
    expect(paths).toContain("workdir");
    // A worktree is the workdir of its agent.
    const agents = Object.fromEntries(
      paths.map((key) => [key, { command: "x", [key]: valueOf(properties[key]?.type) }]),
    );
    const config = configOf({ agents });
    expect(JSON.stringify(withAbsolutePaths(config, "/folder"))).not.toContain('"below"');
  });
});

/** Returns a value with a relative path for a key; the only map with paths is that of windows. */
function valueOf(type: unknown): unknown {
  if (type === "object") return { logs: { panes: [{ workdir: "below" }] } };
  return type === "array" ? ["below"] : "below";
}

interface JsonSchema {
  readonly type?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties: JsonSchema;
}

function agentJsonSchema(): JsonSchema {
  return (fleetJsonSchema() as JsonSchema).properties["agents"]?.additionalProperties ?? fail();
}

function fail(): never {
  throw new Error("the JSON Schema has no agents");
}

describe("A directive of the drop-in", () => {
  it("reaches the agent, and not only the process that waits for it", () => {
    expect(directives.filter(({ name }) => reachesOnlyTheWaiter(name))).toEqual([]);
  });
});
