import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allowedTools, changingTools } from "../../src/mcp/allowed-tools.ts";
import { inputSchema } from "../../src/mcp/parameter.ts";
import { readArguments } from "../../src/mcp/read-arguments.ts";
import { resultSchema } from "../../src/mcp/result-schema.ts";
import { toolNames, tools } from "../../src/mcp/tools.ts";
import { durationPattern } from "../../src/text/durations.ts";

describe("the tools of fleet mcp", () => {
  it("are those that change nothing, and those that a person allows", async () => {
    const reading = ["status", "plan", "why", "logs", "events", "wait"];
    expect(await allowedTools(undefined)).toEqual({ ok: true, value: reading });
    expect(await allowedTools("restart, send")).toEqual({ ok: true, value: [...reading, "send", "restart"] });
    expect(await allowedTools("all")).toEqual({ ok: true, value: toolNames });
    for (const [list, hint] of [
      ["restrat", "did you mean restart?"],
      ["status", "leave it out"],
      ["", "The choices are"],
    ]) {
      expect(await allowedTools(list)).toMatchObject({
        ok: false,
        diagnostics: [{ code: "bad-usage", hint: expect.stringContaining(hint ?? "") }],
      });
    }
  });

  it("have no argument that lifts a guard", () => {
    const names = changingTools.flatMap((name) => Object.keys(tools[name].parameters));
    expect(new Set(names)).toEqual(
      new Set(["agents", "selector", "all", "text", "enter", "confirm", "until"]),
    );
  });

  it("take the arguments of their schema, and a lone name as a list", () => {
    const { parameters } = tools.wait;
    expect(inputSchema(tools.send.parameters)).toMatchObject({
      type: "object",
      properties: { agents: { type: "array", items: { type: "string" } }, enter: { type: "boolean" } },
      required: ["text"],
      additionalProperties: false,
    });
    expect(inputSchema(parameters).properties).toMatchObject({
      activity: { items: { enum: ["working", "waiting", "idle", "limited", "unknown"] } },
      state: { enum: ["running", "ended"] },
      timeout: { pattern: durationPattern.source.replaceAll("?:", "") },
    });
    expect(readArguments(parameters, { agents: "a", timeout: "1m30s", any: true, hold: null })).toEqual({
      ok: true,
      value: { agents: ["a"], timeout: 90_000, any: true },
    });
    expect(readArguments(parameters, undefined)).toEqual({ ok: true, value: {} });
  });

  it("refuse any other argument with a sentence", () => {
    for (const [given, summary] of [
      [[], "the arguments are not an object"],
      [{ agent: "a" }, 'there is no argument "agent"'],
      [{ constructor: "a" }, 'there is no argument "constructor"'],
      [{ agents: [1] }, "the argument agents is not a list of names"],
      [{ agents: [""] }, "the argument agents is not a list of names"],
      [{ activity: ["busy"] }, "the argument activity is not a list of working, waiting"],
      [{ state: "up" }, "the argument state is not one of running, ended"],
      [{ timeout: 5 }, "the argument timeout is not a duration"],
      [{ timeout: "25d" }, "of at most 24d"],
      [{ any: "yes" }, "the argument any is not true or false"],
      [{ selector: 3 }, "the argument selector is not a text"],
    ] as const) {
      expect(readArguments(tools.wait.parameters, given)).toMatchObject({
        ok: false,
        diagnostics: [{ code: "bad-usage", summary: expect.stringContaining(summary) }],
      });
    }
    expect(readArguments(tools.logs.parameters, { lines: 0 })).toMatchObject({ ok: false });
    expect(readArguments(tools.send.parameters, {})).toMatchObject({
      diagnostics: [{ summary: "the argument text is missing" }],
    });
  });
});

describe("the schema of a tool's result", () => {
  it("is that of the command's JSON, for an object, and open after some references", () => {
    const schema = JSON.parse(readFileSync("status.schema.json", "utf8")) as Record<string, unknown>;
    const short = resultSchema(schema, 2);
    expect(short).toMatchObject({ type: "object", anyOf: schema["anyOf"] });
    expect(Object.keys(short["$defs"] ?? {}).length).toBeLessThan(Object.keys(schema["$defs"] ?? {}).length);
    const text = JSON.stringify(short);
    expect(text.length).toBeLessThan(8_000);
    const references = [...text.matchAll(/"#\/\$defs\/(\w+)"/g)].map(([, name = ""]) => name);
    expect(references.filter((name) => !Object.hasOwn(short["$defs"] as object, name))).toEqual([]);
    expect(resultSchema({ $ref: "#/$defs/A", $defs: { A: { $ref: "#/$defs/B" }, B: {} } }, 1)).toEqual({
      type: "object",
      $ref: "#/$defs/A",
      $defs: { A: {} },
    });
  });
});
