import { describe, expect, it } from "vitest";
import { parseFleet } from "../../src/config/parse.ts";
import { diagnosticToJson, renderDiagnostics } from "../../src/report/diagnostics.ts";
import { createColors } from "../../src/report/terminal/colors.ts";

/** Returns all messages about a wrong file, as text and as JSON. */
function told(text: string): { readonly text: string; readonly json: string } {
  const result = parseFleet(text, "fleet.yaml");
  if (result.ok) throw new Error(`no error in: ${text}`);
  const { diagnostics } = result;
  return {
    text: renderDiagnostics(diagnostics, createColors(false), 300).join("\n"),
    json: JSON.stringify(diagnostics.map(diagnosticToJson)),
  };
}

const agent = (lines: string): string => `version: 1\nagents:\n  a:\n    command: x\n${lines}\n`;
const inEnv = (lines: string): string => agent(`    env:\n${lines}`);

describe("A secret in a line with an error", () => {
  it.each([
    ["a list", inEnv("      API_TOKEN: [hush-hush]")],
    ["a map", inEnv("      API_TOKEN: { hush-hush: 1 }")],
    ["a map in lines", inEnv("      API_TOKEN:\n        hush-hush: [1")],
    ["a number", inEnv("      API_PIN: 7654321")],
    ["a short number", inEnv("      PIN: 789")],
    ["a number in the next line", inEnv("      API_KEY:\n        7654321")],
    ["a quote that is not closed", inEnv('      API_TOKEN: "hush-hush')],
    ["a quote that is not closed, over lines", inEnv('      API_TOKEN: "x\n hush-hush\n      CI: 1')],
    ["text behind a quote", inEnv("      API_TOKEN: 'x' hush-hush")],
    ["an alias", inEnv("      API_TOKEN: *hush-hush")],
    ["a tag", inEnv("      API_TOKEN: !hush-hush x")],
    ["a reserved character", inEnv("      API_TOKEN: @hush-hush")],
    ["a bad escape", inEnv('      API_TOKEN: "hush\\qhush-hush"')],
    ["a second key in one line", inEnv("      API_TOKEN: hush-hush: x")],
    ["a stray bracket", inEnv("      API_TOKEN: { x } hush-hush")],
    ["a line without a colon", inEnv("      API_TOKEN hush-hush\n      CI: x")],
    ["a missing blank", inEnv("      API_TOKEN:hush-hush")],
    ["a duplicate key", inEnv("      API_TOKEN: a\n      API_TOKEN: hush-hush")],
    ["a bad name", inEnv("      API-TOKEN: hush-hush")],
    ["the wrong place", agent("    API_TOKEN: hush-hush")],
    ["the wrong case", agent("    api_token: hush-hush")],
    ["the wrong depth", "version: 1\nagents:\n  api_token: hush-hush"],
    ["no map", agent("    env: API_TOKEN=hush-hush")],
    ["a list of assignments", agent("    env: [API_TOKEN=hush-hush]")],
    ["an option in a list", agent("    dependsOn: [x, --token, 7654321]")],
    ["an error beside it", agent("    env: { API_TOKEN: hush-hush, CI: 1 }")],
    ["a value in an address", inEnv("      HOME_PAGE: [https://me:hush-hush@example.org]")],
    ["an address that is no path", agent("    workdir: https://me:hush-hush@example.org")],
    ["a comment", inEnv("      CI: 1 # API_TOKEN=hush-hush")],
    [
      "a private key",
      inEnv("      FILE: |\n        -----BEGIN PRIVATE KEY-----\n        hush-hush\n       x"),
    ],
    ["a lost indentation in a secret", inEnv("      API_TOKEN: |\n        x\n       hush-hush")],
  ])("is not shown: %s", (_, text) => {
    const { text: shown, json } = told(text);
    for (const each of [shown, json]) {
      expect(each).not.toMatch(/hush-|7654321|(?<!\d)789/);
      expect(each.length).toBeGreaterThan(40);
    }
  });

  it("is masked, and the caret stays in its place", () => {
    expect(`\n${told(inEnv("      API_TOKEN: [hush-hush]")).text}\n`).toBe(
      `
Error: env.API_TOKEN in agent "a" must be a string, got a list
  --> fleet.yaml:6:18
   |
6  |       API_TOKEN: (sensitive value)
   |                  ^^^^^^^^^^^^^^^^^
`
        .replace("6  |", "6 |")
        .replaceAll("\n   |", "\n  |")
        .replace("\n  -->", "\n -->"),
    );
  });

  it("moves the caret after it, and its column remains that of the file", () => {
    const { text, json } = told(agent("    env: { API_TOKEN: x, CI: 1 }"));
    expect(text).toContain(
      "5 |     env: { API_TOKEN: (sensitive value), CI: 1 }\n  |                                              ^",
    );
    expect(JSON.parse(json)).toMatchObject([{ place: { line: 5, column: 30, sourceColumn: 46, length: 1 } }]);
  });

  it("does not change the rest of the line", () => {
    expect(told(inEnv("      MODEL: [opus]")).text).toContain("MODEL: [opus]");
    expect(told("version: 1\nagents:\n  auth: { comand: claude }").text).toContain(
      "auth: { comand: claude }",
    );
    expect(told("version: 1\nagents:\n  auth:\n    comand: claude").text).toContain("    comand: claude");
  });
});
