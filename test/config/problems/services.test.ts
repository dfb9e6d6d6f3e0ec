import { wordingText } from "../../../src/report/terminal/wording-text.ts";
import { describe, expect, it } from "vitest";
import { parseFleet } from "../../../src/config/parse.ts";

/** Returns each error as `LINE: summary | hint`. */
function errorsOf(lines: string): readonly string[] {
  const parsed = parseFleet(`version: 1\n${lines}`, "fleet.yaml");
  return parsed.ok
    ? []
    : parsed.diagnostics.map(
        ({ place, summary, hint }) =>
          `${place?.line ?? 0}: ${summary}${hint === undefined ? "" : ` | ${wordingText(hint)}`}`,
      );
}

describe("The services of a fleet.yaml", () => {
  it("share names, dependencies and circles with the agents", () => {
    expect(errorsOf("agents:\n  a: { command: x }\nservices:\n  a: { command: y }\n")).toEqual([
      '5: "a" is an agent and a service | rename or remove one of them',
    ]);
    expect(errorsOf("agents:\n  a: { command: x, replicas: 2 }\nservices:\n  a-1: { command: y }\n")).toEqual(
      ['5: agent "a" and service "a-1" both claim the name "a-1" | rename one of them, or change replicas'],
    );
    expect(
      errorsOf(
        "agents:\n  a: { command: x, dependsOn: [s] }\nservices:\n  s: { command: y, dependsOn: [a] }\n",
      ),
    ).toEqual([expect.stringContaining("dependency cycle: a → s → a")]);
    expect(errorsOf("services:\n  s: { command: y, dependsOn: [t] }\n")).toEqual([
      expect.stringContaining('service "s" depends on "t", which is not declared'),
    ]);
    expect(
      errorsOf("agents:\n  a: { command: x, dependsOn: [s] }\nservices: { s: { command: y } }\n"),
    ).toEqual([]);
  });

  it("have no keys that need a pane, and need a command", () => {
    expect(errorsOf("services:\n  s: { runtime: claude }\n")).toEqual([
      '3: service "s" has no "command" | add command: …',
      expect.stringContaining('unknown key "runtime" in service "s"'),
    ]);
    expect(errorsOf("services:\n  s: { command: x, ready: { output: up } }\n")).toContainEqual(
      expect.stringContaining('unknown key "output" in ready in service "s"'),
    );
    expect(errorsOf("services:\n  s: { command: x, onChange: when-idle }\n")).toEqual([
      expect.stringContaining('onChange in service "s" must be restart or keep'),
    ]);
    expect(errorsOf("services:\n  s: { command: x, ready: { notify: true, exec: y } }\n")).toEqual([
      expect.stringContaining("either exec or notify: true"),
    ]);
  });
});
