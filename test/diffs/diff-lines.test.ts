import { describe, expect, it } from "vitest";
import { markWithComment, markWithSection } from "../../src/desired/marks/file-mark.ts";
import type { DesiredFile } from "../../src/desired/types.ts";
import { fileEdit } from "../../src/diffs/file-edit.ts";
import type { Plan } from "../../src/plan/types.ts";
import { diffLines } from "../../src/diffs/diff-lines.ts";
import { planJson } from "../../src/report/plan/plan-json.ts";
import { planText as planWordings } from "../../src/report/plan/plan-text.ts";
import { wordingText } from "../../src/report/terminal/wording-text.ts";
import { attachDiffs } from "../../src/diffs/plan/attach-diffs.ts";
import { agentPlan, emptyPlan } from "../support/report/a-plan.ts";
import { createColors } from "../../src/report/terminal/colors.ts";

const planText = (...of: Parameters<typeof planWordings>): readonly string[] =>
  planWordings(...of).map(wordingText);

const mark = { fleet: "mosaic", agent: "a" };

function envFile(text: string): DesiredFile {
  return { role: "env", path: "/e/a.env", mode: 0o600, content: markWithComment(text, mark) };
}

function unitFile(text: string): DesiredFile {
  return { role: "drop-in", path: "/u/50-fleet.conf", mode: 0o644, content: markWithSection(text, mark) };
}

/** Returns the diff of a file after an edit. */
function diff(file: DesiredFile, edit: (content: string) => string): readonly string[] | undefined {
  const found = { kind: "file", content: edit(file.content), mode: file.mode, modifiedMs: 0 } as const;
  const edited = fileEdit(file, found);
  return edited && diffLines(edited);
}

describe("The diff of an edited env file", () => {
  const file = envFile('A=1\nAPI_TOKEN=hush\nMODEL=opus\nMOSAIC_AGENT_CONFIG="mosaic 0123456789abcdef"\n');

  it("shows the current and the new text, with a line around it", () => {
    expect(diff(file, (text) => text.replace("opus", "sonnet"))).toEqual([
      "@@ line 3 @@",
      " API_TOKEN=(sensitive value)",
      "-MODEL=sonnet",
      "+MODEL=opus",
      " MOSAIC_AGENT_CONFIG=(digests)",
    ]);
  });

  it("reveals that a secret was changed, and neither of its values", () => {
    expect(diff(file, (text) => text.replace("hush", "other"))).toEqual([
      "@@ line 2 @@",
      " A=1",
      "-API_TOKEN=(sensitive value)",
      "+API_TOKEN=(sensitive value)",
      " MODEL=opus",
    ]);
  });

  it.each([
    ["added under another name", "\nCOPY=hush\n"],
    ["in a comment", "\n# API_TOKEN=hush2\n"],
    ["in a comment, without its name", "\n# was hush before\n"],
    ["in several lines", '\nOTHER_KEY="hush2\nhush3\nhush4"\n'],
    ["continued", "\nOTHER_KEY=hush2\\\nhush3\n"],
    ["behind export", "\nexport SECRET=hush2\n"],
    ["without an equals sign", "\nAPI_TOKEN hush2\n"],
    ["with a colon", "\nAPI_TOKEN: hush2\n"],
    ["in an address", "\nURL=https://me:hush2@example.org/\n"],
    ["in a command", '\nMOSAIC_AGENT_COMMAND="run --token hush2"\n'],
    ["in a quote that is not closed", '\nOTHER="x\nAPI_TOKEN=hush2\n'],
    ["with a blank before the equals sign", "\nAPI_TOKEN =hush2\n"],
    ["on a line of its own", "\nghp_hush2hush2hush2hush2hush2hush2hush\n"],
  ])("never shows a secret that a person has written: %s", (_, text) => {
    const lines = diff(file, (content) => content + text.slice(1))?.join("\n");
    expect(lines).toMatch(/^-.*\(sensitive value\)/m);
    expect(lines).not.toContain("hush");
  });

  it("shows a lost line feed, and none for unedited text", () => {
    expect(diff(file, (text) => text.trimEnd())?.at(-1)).toBe("-\\ No newline at end of file");
    expect(diff(file, (text) => text)).toBeUndefined();
    const older = envFile("A=0\n").content;
    expect(diff(file, () => older)).toBeUndefined();
  });

  it("reports an edit of only the mark, and its effect if there is one", () => {
    expect(diff(file, (text) => text.replace(/digest=./, "digest=x"))).toEqual([
      "@@ only the fleet's mark differs @@",
    ]);
    expect(diff(file, (text) => `${text.replace("agent=a ", "agent=a protect=yes ")}B=1\n`)).toContain(
      "-# mosaic-fleet: fleet=mosaic agent=a protect=yes",
    );
  });
});

describe("The diff of an edited unit", () => {
  const lines = Array.from({ length: 40 }, (_, index) => `TasksMax=${index}\n`).join("");

  it("shows each place that was edited", () => {
    const edit = (text: string): string => text.replace("=3\n", "=x\n").replace("=30\n", "=y\n");
    expect(diff(unitFile(`[Service]\n${lines}`), edit)).toEqual([
      "@@ line 4 @@",
      " TasksMax=2",
      "-TasksMax=x",
      "+TasksMax=3",
      " TasksMax=4",
      "@@ line 31 @@",
      " TasksMax=29",
      "-TasksMax=y",
      "+TasksMax=30",
      " TasksMax=31",
    ]);
  });

  it.each([
    'Environment="API_TOKEN=hush" CI=1',
    "Environment=CI=1 \\\n  API_TOKEN=hush",
    "Environment=URL=https://me:hush@example.org",
    "ExecStartPre=/bin/curl -H 'Authorization: Bearer hushhush' x",
    "# -----BEGIN PRIVATE KEY-----\nhush\n# -----END PRIVATE KEY-----",
  ])("never shows a secret that a person has written: %s", (text) => {
    const shown = diff(unitFile("[Service]\n"), (content) =>
      content.replace("[Service]\n", `[Service]\n${text}\n`),
    );
    expect(shown?.join("\n")).toContain("(sensitive value)");
    expect(shown?.join("\n")).not.toContain("hush");
  });
});

describe("A plan without an edited file", () => {
  it("stays as it is", async () => expect(await attachDiffs(emptyPlan)).toBe(emptyPlan));
});

describe("A plan with an edited file", () => {
  const file = unitFile(`[Service]\n${Array.from({ length: 30 }, (_, index) => `A${index}=1\n`).join("")}`);
  const content = file.content.replaceAll("=1\n", "=\u001B[31m2\n");
  const edit = fileEdit(file, { kind: "file", content, mode: 0o644, modifiedMs: 0 });
  const change = { reason: "file-edited", file: "drop-in", edit } as const;
  const plan: Plan = {
    ...emptyPlan,
    agents: [agentPlan({ name: "a", action: "change", reason: "file-edited", changes: [change] })],
    shared: [{ path: "/u/x", role: "template", reason: "file-edited", edit }],
  };
  const colors = createColors(false);

  it("shows twenty lines of the edit, or all with -v, and obeys no control character in it", async () => {
    const brief = planText(await attachDiffs(plan), colors, false);
    expect(brief).toContain("      /u/50-fleet.conf: - will be lost, + will be written");
    expect(brief.filter((line) => line.startsWith("        "))).toHaveLength(2 * 21);
    expect(brief).toContain("        -A0=␛[31m2");
    expect(brief).toContain("        … 43 more lines: add -v");
    const all = planText(await attachDiffs(plan), colors, true);
    expect(all.filter((line) => line.startsWith("        "))).toHaveLength(2 * 63);
  });

  it("contains the whole edit in its JSON, but not the internal keys of its lines", async () => {
    const json = planJson(await attachDiffs(plan));
    const diffed = { reason: "file-edited", diff: expect.arrayContaining(["+A29=1"]) };
    expect(json.agents[0]?.changes).toEqual([
      { ...diffed, file: "drop-in", message: "drop-in was edited by hand" },
    ]);
    expect(json.shared).toEqual([
      { ...diffed, path: "/u/x", role: "template", message: "it was edited by hand" },
    ]);
    expect(JSON.stringify(json)).not.toContain('"key"');
  });
});
