import { describe, expect, it } from "vitest";
import { parseFleet } from "../../../src/config/parse.ts";
import { annotatedProblem, annotation } from "../../../src/report/plan/workflow-commands.ts";

describe("A workflow command", () => {
  it("is escaped as GitHub's runner reads it", () => {
    const spot = { file: "a,b:c%.yaml", line: 3, column: 7 };
    expect(annotation("warning", "50%: a, b", "50%: a, b\nc%0Ad", spot)).toBe(
      "::warning file=a%2Cb%3Ac%25.yaml,line=3,col=7,title=50%25%3A a%2C b::50%25: a, b%0Ac%250Ad",
    );
    expect(annotation("notice", "t", "m", { file: "f" })).toBe("::notice file=f,title=t::m");
  });

  it("is one line, with any content", () => {
    const evil = "a\r\n::stop-commands::x\u001B[31m\u2028";
    const line = annotation("error", evil, evil, { file: evil });
    expect(line).not.toMatch(/[\p{Cc}\u2028]/u);
    expect(line).toBe(
      "::error file=a␍␊%3A%3Astop-commands%3A%3Ax␛[31m�,title=a␍␊%3A%3Astop-commands%3A%3Ax␛[31m�::a␍%0A::stop-commands::x␛[31m�",
    );
  });
});

describe("Errors of fleet.yaml as annotations", () => {
  it("are at their lines, with a hint, and without secrets", () => {
    const text = `version: 1
agents:
  one: { command: x, resources: { memoryMax: 8GB } }
  two:
    command: x
    env: { API_TOKEN: [hush-hush] }
`;
    const parsed = parseFleet(text, "fleet.yaml");
    const lines = parsed.ok ? [] : parsed.diagnostics.map(annotatedProblem);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe(
      `::error file=fleet.yaml,line=3,col=46,title=fleet%3A invalid-value::` +
        `resources.memoryMax in agent "one" must be a memory size such as 512M, 8G or 50%25, or infinity, got "8GB"%0A` +
        `systemd takes the units K, M, G and T (powers of 1024) and percentages of the installed memory. ` +
        `Less than 1M is refused: no agent starts with that.%0Ahint: did you mean "8G"?`,
    );
    expect(lines[1]).toMatch(/^::error file=fleet\.yaml,line=6,col=\d+,title=fleet%3A wrong-type::/);
    expect(lines.join("\n")).not.toContain("hush");
  });
});
