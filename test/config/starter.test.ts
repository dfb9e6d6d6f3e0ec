import { describe, expect, it } from "vitest";
import { freeName, nameFrom, parseAgents } from "../../src/config/writing/starter.ts";

describe("The agents of a new file", () => {
  it("are names with commas or spaces, some with replicas", () => {
    expect(parseAgents("planner, coder=3  reviewer,")).toEqual({
      ok: true,
      value: [
        { name: "planner", replicas: undefined },
        { name: "coder", replicas: 3 },
        { name: "reviewer", replicas: undefined },
      ],
    });
  });

  it.each([
    ["", "no agent is named"],
    ["a,a", "agent a is there twice"],
    ["-a", '"-a" is no name'],
    ["a.b", '"a.b" is no name'],
    ["a=0", '"a=0" has no number'],
    ["a=1001", '"a=1001" has no number'],
    ["a=2=3", '"a=2=3" has no number'],
    ["a=", '"a=" has no number'],
  ])("are refused: %j", (list, summary) => {
    const parsed = parseAgents(list);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.diagnostics[0]?.summary).toContain(summary);
  });
});

describe("The name of a new fleet", () => {
  it("is the default, or that of the folder if another file has the default", () => {
    expect(freeName("/home/ada/shop", new Set())).toBeUndefined();
    expect(freeName("/home/ada/my shop!", new Set(["mosaic"]))).toBe("my-shop");
    expect(freeName("/home/ada/shop", new Set(["mosaic", "shop"]))).toBe("shop-2");
    expect(freeName("/", new Set(["mosaic"]))).toBe("fleet");
    expect(freeName("/home/ada/mosaic", new Set(["mosaic"]))).toBe("mosaic-2");
  });

  it.each([
    ["claude", "claude"],
    ["my agent.sh", "my-agent-sh"],
    ["--", "agent"],
    ["é", "e"],
    ["日本", "agent"],
  ])("of a runtime comes from its program: %s", (program, name) => {
    expect(nameFrom(program, "agent")).toBe(name);
  });
});
