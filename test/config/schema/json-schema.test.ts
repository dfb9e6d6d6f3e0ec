import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { fleetJsonSchema } from "../../../src/config/json-schema.ts";
import { parseFleet } from "../../../src/config/parse.ts";

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

const schema = fleetJsonSchema() as Schema;

/** Returns the dotted paths of keys without a description for editors. */
function undescribed({ properties = {}, additionalProperties }: Schema, path: string): readonly string[] {
  const below =
    typeof additionalProperties === "object" ? undescribed(additionalProperties, `${path}.*`) : [];
  return [
    ...below,
    ...Object.entries(properties).flatMap(([key, property]) => [
      ...(property.description === undefined ? [`${path}.${key}`] : []),
      ...undescribed(property, `${path}.${key}`),
    ]),
  ];
}

describe("fleet.schema.json", () => {
  it("is in step with the schema in the code", () => {
    expect(readFileSync("fleet.schema.json", "utf8")).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  });

  it("describes every key", () => {
    expect(undescribed(schema, "")).toEqual([]);
    expect(Object.keys(schema.properties ?? {})).toEqual([
      "version",
      "name",
      "include",
      "tmux",
      "hosts",
      "rollout",
      "activeProfiles",
      "sendFromAgents",
      "start",
      "runtimes",
      "notify",
      "defaults",
      "agents",
      "services",
    ]);
  });

  it("has the defaults as written in fleet.yaml", () => {
    expect(schema).toMatchObject({
      properties: { defaults: { properties: { stopTimeout: { default: "20s" } } } },
    });
  });

  it("accepts the example, and refuses invalid files", () => {
    const validator = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    const example: unknown = parse(readFileSync("fleet.example.yaml", "utf8"));
    expect(validator.safeParse(example).error).toBeUndefined();
    expect(validator.safeParse({ version: 1, agents: { a: null } }).success).toBe(true);
    for (const wrong of [
      {},
      { version: 2 },
      { version: 1, x: 1 },
      { version: 1, agents: { a: { idleAfter: 5 } } },
    ]) {
      expect(validator.safeParse(wrong).success).toBe(false);
    }
  });
});

describe("fleet.example.yaml", () => {
  const text = readFileSync("fleet.example.yaml", "utf8");

  it("is valid", () => {
    const result = parseFleet(text, "fleet.example.yaml");
    expect(result).toMatchObject({ ok: true });
  });

  it("starts with its schema for editors", () => {
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=./fleet.schema.json");
  });
});
