import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet } from "../../support/fleet/fleet.ts";
import { misfits, type SchemaName } from "../../support/report/schema.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const declared = {
  defaults: { command: "exec sleep 1000" },
  agents: { one: {}, two: { onChange: "keep" }, job: { restart: { policy: "no" } } },
};

describe("The JSON of the built program", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, declared);
  });

  // One after the other: each prints what the ones before it have made.
  it.each<readonly [SchemaName, readonly string[]]>([
    ["plan", ["plan"]],
    ["status", ["status"]],
    ["why", ["why", "one"]],
    ["apply", ["apply", "--yes"]],
    ["status", ["status"]],
    ["apply", ["stop", "--yes", "one"]],
    ["plan", ["diff"]],
    ["why", ["why", "one"]],
    ["apply", ["start", "--yes", "one"]],
    ["apply", ["suspend", "one", "--until", "1h"]],
    ["status", ["status", "one"]],
    ["why", ["why", "one"]],
    ["apply", ["resume", "one"]],
    ["apply", ["restart", "--yes", "two"]],
    ["render", ["render", "--out", "../out"]],
    ["render", ["render", "--out", "../out"]],
    ["apply", ["destroy"]],
    ["apply", ["destroy", "--yes"]],
    ["apply", ["destroy", "--yes"]],
  ])("fits %s.schema.json: fleet %j", async (schema, args) => {
    const { stdout } = await fleet(box, ...args, "--json");
    const printed = JSON.parse(stdout) as object;
    expect(misfits(schema, printed)).toEqual([]);
    expect(printed).not.toHaveProperty("diagnostics.0.code", "bad-usage");
  });

  it.each<readonly [SchemaName, readonly string[]]>([
    ["plan", ["plan"]],
    ["status", ["status"]],
    ["why", ["why", "one"]],
    ["apply", ["apply", "--yes"]],
    ["apply", ["apply", "--yes", "--wait-idle", "1s"]],
    ["apply", ["destroy", "--yes"]],
    ["render", ["render", "--out", "../out"]],
  ])("fits %s.schema.json if fleet.yaml is invalid: fleet %j", async (schema, args) => {
    await declare(box, "version: 1\nagents: { one: { comand: x } }\n");
    const { code, stdout } = await fleet(box, ...args, "--json");
    expect(code).not.toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty("diagnostics.0.place.line", 2);
    expect(misfits(schema, JSON.parse(stdout))).toEqual([]);
  });

  it.each([
    ["apply --json --yess", "unknown option '--yess'", "did you mean --yes? See fleet apply --help"],
    ["aply --json", "unknown command 'aply'", "did you mean fleet apply? fleet --help lists the commands"],
    [
      "validate --json canary",
      expect.stringContaining("too many arguments"),
      expect.stringContaining("see fleet validate --help"),
    ],
    [
      "apply --json --yes --lock-timeout soon",
      expect.stringContaining("'soon' is invalid"),
      "see fleet apply --help",
    ],
  ])("is one object for a bad command line: fleet %s", async (args, summary, hint) => {
    const ran = await fleet(box, ...args.split(" "));
    expect({ ...ran, stdout: JSON.parse(ran.stdout) as unknown }).toEqual({
      code: 64,
      stderr: "",
      stdout: {
        formatVersion: "2.0",
        diagnostics: [
          expect.objectContaining({
            severity: "error",
            code: "bad-usage",
            summary,
            ...(hint ? { hint } : {}),
          }),
        ],
      },
    });
  });
});
