import { describe, expect, it } from "vitest";
import { withAbsolutePaths } from "../../src/config/file/absolute-paths.ts";
import type { AgentConfig, AgentDefaults } from "../../src/config/types.ts";
import { fleetJsonSchema } from "../../src/config/schema/json-schema.ts";
import { pathPattern } from "../../src/config/schema/names.ts";
import { knownKeys } from "../../src/config/schema/schema.ts";
import { configOf, desiredOf } from "../support/plan/resolved.ts";

type Fields<Section extends object> = Readonly<Record<keyof Section, readonly [unknown, unknown]>>;

/** Two values for each key, both of them other than what holds without the key. */
const samples: Fields<Omit<AgentConfig, "restart" | "resources">> = {
  command: ["one", "two"],
  runtime: ["claude", "codex"],
  workdir: ["/srv", "/opt"],
  env: [{ A: "1" }, { A: "2" }],
  envFiles: [["/one.env"], ["/two.env"]],
  replicas: [2, 3],
  description: ["one", "two"],
  dependsOn: [["other"], ["third"]],
  stopTimeout: ["5s", "6s"],
  state: ["running", "stopped"],
  onChange: ["restart", "keep"],
  idleAfter: ["5s", "6s"],
  protect: [false, true],
  formerly: ["old", "older"],
  labels: [{ a: "1" }, { a: "2" }],
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

const nested = (section: string, fields: Readonly<Record<string, readonly unknown[]>>) =>
  Object.entries(fields).map(([key, values]) => ({
    key: `${section}.${key}`,
    values: values.map((value) => ({ [section]: { [key]: value } })),
  }));

const cases = [
  ...Object.entries(samples).map(([key, values]) => ({
    key,
    values: values.map((value) => ({ [key]: value })),
  })),
  ...nested("restart", restart),
  ...nested("resources", resources),
];

const desiredWith = (keys: object) =>
  desiredOf({
    runtimes: { claude: { command: "claude" }, codex: { command: "codex" } },
    agents: { other: { command: "x" }, third: { command: "x" }, rich: { runtime: "claude", ...keys } },
  }).agents;

describe("Every key of an agent", () => {
  it("is tried here", () => {
    const sections = ["restart", "resources"] as const;
    const known = [
      ...knownKeys.agent.filter((key) => !sections.some((section) => section === key)),
      ...sections.flatMap((section) => knownKeys[section].map((key) => `${section}.${key}`)),
    ];
    expect(new Set(cases.map(({ key }) => key))).toEqual(new Set(known));
  });

  it.each(cases.filter(({ key }) => key !== "labels"))("changes what is desired: $key", ({ values }) => {
    const [one, other] = values.map((keys) => desiredWith(keys));
    expect(one).not.toEqual(other);
  });

  it("has relative paths taken from the folder of fleet.yaml", () => {
    const pattern = JSON.stringify(pathPattern.source);
    const { properties } = agentJsonSchema();
    const paths = Object.keys(properties).filter((key) => JSON.stringify(properties[key]).includes(pattern));
    expect(paths).toContain("workdir");
    const agent = Object.fromEntries(
      paths.map((key) => [key, properties[key]?.type === "array" ? ["below"] : "below"]),
    );
    const config = configOf({ agents: { a: { command: "x", ...agent } } });
    expect(JSON.stringify(withAbsolutePaths(config, "/folder"))).not.toContain('"below"');
  });
});

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
