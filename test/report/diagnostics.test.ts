import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { parseFleet } from "../../src/config/parse.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { diagnosticToJson, renderDiagnostics } from "../../src/report/diagnostics.ts";
import { createColors } from "../../src/report/terminal/colors.ts";

const plain = createColors(false);

function render(diagnostic: Partial<Diagnostic>, width?: number): string {
  const whole: Diagnostic = {
    severity: "error",
    code: "invalid-value",
    summary: "something is wrong",
    ...diagnostic,
  };
  return renderDiagnostics([whole], plain, width).join("\n");
}

/** Returns the source line and the line with the caret. */
function excerpt(source: string, column: number, length: number, width?: number): readonly string[] {
  const place = { file: "fleet.yaml", line: 7, column, length, source };
  return render({ place }, width).split("\n").slice(3, 5);
}

describe("renderDiagnostics", () => {
  it("shows each error with its line, a caret, the expected value and a hint", () => {
    const text = `version: 1
agents:
  canary:
    comand: sleep 100
    resources: { memoryMax: lots, cpuQuota: 200 }
    idleAfter: 60
  reviewer:
    command: x
    dependsOn: [canari]
    state: [running]
    env:
      MOSAIC_AGENT_NAME: x
`;
    const result = parseFleet(text, "fleet.yaml");
    const lines = result.ok ? [] : renderDiagnostics(result.diagnostics, plain, 80);
    expect(`\n${lines.join("\n")}\n`).toBe(`
Error: unknown key "comand" in agent "canary"
 --> fleet.yaml:4:5
  |
4 |     comand: sleep 100
  |     ^^^^^^ did you mean "command"?

Error: resources.memoryMax in agent "canary" must be a memory size such as 512M, 8G or 50%, or infinity, got "lots"
 --> fleet.yaml:5:29
  |
5 |     resources: { memoryMax: lots, cpuQuota: 200 }
  |                             ^^^^
  |
  = systemd takes the units K, M, G and T (powers of 1024) and percentages of
    the installed memory. Less than 1M is refused: no agent starts with that.

Error: resources.cpuQuota in agent "canary" must be a percentage such as 50% or 200%, got the number 200
 --> fleet.yaml:5:45
  |
5 |     resources: { memoryMax: lots, cpuQuota: 200 }
  |                                             ^^^
  |
  = hint: write a percentage: 100% is one CPU, 200% are two

Error: idleAfter in agent "canary" must be a duration such as 500ms, 2s, 10m or 1h30m, got the number 60
 --> fleet.yaml:6:16
  |
6 |     idleAfter: 60
  |                ^^ add a unit: 60s for seconds, 60ms for milliseconds

Error: agent "reviewer" depends on "canari", which is not declared
 --> fleet.yaml:9:17
  |
9 |     dependsOn: [canari]
  |                 ^^^^^^ did you mean "canary"?
  |
  = Declared agents: canary and reviewer.

Error: state in agent "reviewer" must be running or stopped, got a list
  --> fleet.yaml:10:12
   |
10 |     state: [running]
   |            ^^^^^^^^^

Error: "MOSAIC_AGENT_NAME" in env in agent "reviewer" must be a name that the fleet does not use itself
  --> fleet.yaml:12:7
   |
12 |       MOSAIC_AGENT_NAME: x
   |       ^^^^^^^^^^^^^^^^^
   |
   = hint: the fleet sets this variable itself: choose another name
`);
  });

  it("shows a problem without a place as text, each line of its detail separately", () => {
    const text = render({
      severity: "warning",
      summary: "no fleet.yaml found",
      detail: "Looked for:\n  a\n  b",
      hint: "name it",
    });
    expect(`\n${text}\n`).toBe(`
Warning: no fleet.yaml found
  = Looked for:
      a
      b
  = hint: name it
`);
  });

  it("folds long lines of a detail, except for quoted ones, such as frames of a stack trace", () => {
    const frame = "    at createContext (/a/rather/long/path/src/commands/shared/context.ts:45:19)";
    expect(render({ detail: `TypeError: a rather long message of node\n${frame}` }, 30).split("\n")).toEqual([
      "Error: something is wrong",
      "  = TypeError: a rather long",
      "    message of node",
      `    ${frame}`,
    ]);
  });

  it("shows only the summary if there is nothing else", () => {
    expect(render({})).toBe("Error: something is wrong");
  });

  it("colours by severity, and has the same text without colours", () => {
    const colors = createColors(true);
    const place = { file: "f", line: 1, column: 1, length: 1, source: "x" };
    const diagnostic: Diagnostic = {
      severity: "error",
      code: "wrong-type",
      summary: "s",
      detail: "d",
      hint: "h",
      place,
    };
    const colored = renderDiagnostics([diagnostic], colors).join("\n");
    expect(colored).toContain(colors.red("^ h"));
    expect(stripVTControlCharacters(colored)).toBe(renderDiagnostics([diagnostic], plain).join("\n"));
    expect(renderDiagnostics([{ ...diagnostic, severity: "warning" }], colors).join("\n")).toContain(
      colors.yellow("^ h"),
    );
  });
});

describe("the caret", () => {
  it("stays in place after tabs", () => {
    expect(excerpt("\ta\tbad", 4, 3)).toEqual(["7 |     a   bad", "  |         ^^^"]);
  });

  it("stays in place after wide characters, combining ones and emoji", () => {
    expect(excerpt("日本: bad", 5, 3)).toEqual(["7 | 日本: bad", "  |       ^^^"]);
    expect(excerpt("e\u0301: bad", 5, 3)).toEqual(["7 | e\u0301: bad", "  |    ^^^"]);
    expect(excerpt("👩‍💻🇩🇪: bad", 12, 3)).toEqual(["7 | 👩‍💻🇩🇪: bad", "  |       ^^^"]);
  });

  it("is as wide as the underlined text", () => {
    expect(excerpt("a: 日本", 4, 2)).toEqual(["7 | a: 日本", "  |    ^^^^"]);
  });

  it("may be after the end of the line", () => {
    expect(excerpt("key:", 5, 1)).toEqual(["7 | key:", "  |     ^"]);
    expect(excerpt("", 1, 1)).toEqual(["7 |", "  | ^"]);
  });
});

describe("long lines", () => {
  const before = "a".repeat(100);
  const after = "z".repeat(100);

  it("are cut after the caret if it is near their start", () => {
    const [source, caret] = excerpt(`bad ${after}`, 1, 3, 40);
    expect(source).toBe(`7 | bad ${"z".repeat(31)}…`);
    expect(source).toHaveLength(40);
    expect(caret).toBe("  | ^^^");
  });

  it("are cut on both sides of the caret if it is far from their start", () => {
    const [source, caret] = excerpt(`${before} bad ${after}`, 102, 3, 40);
    expect(source).toBe(`7 | …${"a".repeat(11)} bad ${"z".repeat(18)}…`);
    expect(source).toHaveLength(40);
    expect(caret).toBe(`  | ${" ".repeat(13)}^^^`);
  });

  it("show their end if the caret is there", () => {
    expect(excerpt(`${before} bad`, 102, 3, 40)).toEqual([
      `7 | …${"a".repeat(11)} bad`,
      `  | ${" ".repeat(13)}^^^`,
    ]);
  });

  it("have a cut underline as well", () => {
    const [source, caret] = excerpt(`${before}${after}`, 1, 200, 40);
    expect(source).toBe(`7 | ${"a".repeat(35)}…`);
    expect(caret).toBe(`  | ${"^".repeat(35)}`);
  });
});

describe("text from a file", () => {
  const hostile = "\u001B[31mred\u0007\r\u009B\u202Eevil\u2028";

  it("is never printed raw, in any place", () => {
    const text = render({
      summary: hostile,
      detail: hostile,
      hint: hostile,
      place: { file: hostile, line: 1, column: 1, length: 3, source: hostile },
    });
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Zl}\u202E]/u);
    expect(text).toContain("␛[31mred␇␍��evil�");
  });

  it("shows its no-break spaces, which YAML takes as text", () => {
    expect(excerpt("\u00A0\u00A0key: x", 1, 2)).toEqual(["7 | ␣␣key: x", "  | ^^"]);
  });
});

describe("diagnosticToJson", () => {
  it("has everything of the diagnostic and no empty keys", () => {
    const place = { file: "f", line: 1, column: 2, length: 3, source: "x: yyy" };
    const diagnostic: Diagnostic = {
      severity: "error",
      code: "wrong-type",
      summary: "s",
      detail: undefined,
      hint: "h",
      place,
    };
    expect(JSON.stringify(diagnosticToJson(diagnostic))).toBe(
      '{"severity":"error","code":"wrong-type","summary":"s","hint":"h","place":{"file":"f","line":1,"column":2,"length":3,"source":"x: yyy"}}',
    );
  });
});
