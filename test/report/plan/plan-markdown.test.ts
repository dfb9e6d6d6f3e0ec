import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/plan/types.ts";
import type { FileDiff } from "../../../src/diffs/plan/full-diffs.ts";
import { mostCommentBytes, planMarkdown } from "../../../src/report/plan/plan-markdown.ts";
import { agentPlan, aPlan, emptyPlan } from "../../support/report/a-plan.ts";

const evil =
  "a|b `c` ``` </details> <img src=x> <!-- \r\n\n# *d* _e_ [f](g) \\| &amp; @everyone #1 https://x.example ~~~ $h$ \u202E";

function fileOf(index: number, size: number): FileDiff {
  return {
    path: `/e/agent-${index}.env`,
    becomes: "changed",
    diff: ["@@ line 1 @@", `+A=${"é".repeat(size)}`],
  };
}

function bytesOf(lines: readonly string[]): number {
  return Buffer.byteLength(`${lines.join("\n")}\n`);
}

describe("Hostile text in a plan as Markdown", () => {
  const [change] = aPlan.shared;
  const plan: Plan = {
    ...aPlan,
    fleet: evil,
    only: [evil],
    agents: (["restart", "pending", "blocked", "none"] as const).map((action) =>
      agentPlan({
        name: `${action}${evil}`,
        action,
        change: { reason: "file-unreadable", path: evil, problem: evil },
        ...(action === "restart" ? { atStake: { attached: 1, idleSeconds: 4 } } : {}),
        hold: action === "pending" ? "suspended" : undefined,
        suspended: { by: evil, sinceMs: undefined, untilMs: undefined },
      }),
    ),
    shared: change
      ? [{ path: change.path, role: change.role, reason: "unit-changed", directives: [evil] }]
      : [],
    unmanaged: [{ kind: "file", name: evil }],
    notes: [{ kind: "older-script", agents: [evil] }],
    refusals: [{ guard: "other-fleet", removed: 1, appliedFile: evil, flag: "--x" }],
  };
  const file: FileDiff = {
    path: evil,
    becomes: "written",
    diff: ["@@ line 1 @@", `+${evil}`, " ```", "-````` x"],
  };
  const lines = planMarkdown(plan, [file]).join("\n").split("\n");
  const fenceAt = lines.findIndex((line) => line.endsWith("diff"));
  const prose = lines.filter((line, index) => index < fenceAt && line !== "");
  const fence = lines.slice(fenceAt);

  it("stays in its line, without a meaning there", () => {
    expect(prose.join("\n").match(/amp;amp;|everyone/g)?.length).toBeGreaterThanOrEqual(12);
    const own = /<\/?(?:code|details|summary)>|^### |^- |\*\*(?=[A-Z])|(?<=[.:])\*\*/g;
    for (const line of prose) {
      const foreign = line
        .replaceAll(own, "")
        .replaceAll(/&#\d+;/g, "")
        .replace(/^\|(.*)\|$/, (_, cells: string) => cells.replaceAll(" | ", " "));
      expect(foreign).not.toMatch(/[`<>*[\]\\|~#$&]|(?<![a-z])_|[\p{Cc}\u202E]/u);
    }
  });

  it("leaves a table with four cells a row", () => {
    const rows = prose.filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(2 + 1 + 3);
    for (const row of rows) expect(row.match(/\|/g)).toHaveLength(5);
  });

  it("mentions no user, and links nowhere", () => {
    const outsideOfCode = prose.map((line) => line.replaceAll(/<code>.*?<\/code>/g, "")).join("\n");
    expect(outsideOfCode).toContain("@&#8203;everyone");
    expect(outsideOfCode).not.toMatch(/@\w|#1\b|&#35;1|:\/\//);
  });

  it("closes neither its fence nor its line", () => {
    expect(fence[0]).toBe("``````diff");
    expect(fence.slice(1, -3)).toEqual([
      "@@ line 1 @@",
      expect.stringMatching(/^\+a\|b `c` ``` <\/details> .*␍␊␊# .*�$/),
      " ```",
      "-````` x",
    ]);
    expect(fence.slice(-3)).toEqual(["``````", "", "</details>"]);
  });
});

describe("A plan as Markdown that is too long for a comment", () => {
  it("omits whole files from the end, and reports how many and how to show them", () => {
    const files = Array.from({ length: 20 }, (_, index) => fileOf(index, 5_000));
    const lines = planMarkdown(emptyPlan, files);
    const text = lines.join("\n");
    const shown = text.match(/agent-\d+(?=\.env)/g) ?? [];
    expect(shown).toEqual(["agent-0", "agent-1", "agent-2", "agent-3", "agent-4"]);
    expect(text.match(/^```/gm)).toHaveLength(10);
    expect(text.match(/<\/?details>/g)).toHaveLength(10);
    expect(lines.at(-1)).toBe(
      "_15 more files left out, for the size of a comment; <code>fleet diff</code> shows them all._",
    );
    expect(bytesOf(lines)).toBeLessThanOrEqual(mostCommentBytes);
    expect(planMarkdown({ ...emptyPlan, only: ["a", "b"] }, files).at(-1)).toContain(
      "<code>fleet diff a b</code>",
    );
  });

  it("does not show a small file in place of a large one before it", () => {
    const text = planMarkdown(emptyPlan, [fileOf(0, 10), fileOf(1, 30_000), fileOf(2, 10)]).join("\n");
    expect(text.match(/agent-\d+(?=\.env)/g)).toEqual(["agent-0"]);
    expect(text).toContain("_2 more files left out");
  });

  it("omits nothing that fits", () => {
    const files = [fileOf(0, 27_000)];
    const lines = planMarkdown(emptyPlan, files);
    expect(lines.join("\n")).not.toContain("left out");
    expect(bytesOf(lines)).toBeGreaterThan(54_000);
    expect(planMarkdown(emptyPlan, [fileOf(0, 30_000)]).at(-1)).toMatch(/^_1 more file left out/);
  });

  it("shows a part of everything for a fleet of thousands, and stays within the limit", () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `agent-${index}`);
    const plan: Plan = {
      ...emptyPlan,
      only: names,
      agents: names.map((name, index) =>
        index % 2 === 0
          ? agentPlan({
              name,
              action: "restart",
              change: { reason: "env-changed", fields: ["env.A".repeat(99)] },
              atStake: { attached: 0, idleSeconds: 7200 },
            })
          : agentPlan({
              name,
              action: "blocked",
              change: { reason: "workdir-missing", path: "|".repeat(400) },
            }),
      ),
      actions: aPlan.actions,
      notes: [{ kind: "older-script", agents: ["#".repeat(70_000)] }],
    };
    const files = names.map((_, index) => fileOf(index, 100));
    const text = planMarkdown(plan, files).join("\n");
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostCommentBytes);
    expect(Buffer.byteLength(text)).toBeGreaterThan(50_000);
    expect(text.match(/^_\d+ more \w+ left out/gm)).toHaveLength(4);
    expect(text).toContain("**Interrupts the work of 1500 agents:**");
    expect(text).toMatch(/^_\d+ more agents left out, for the size of a comment\._$/m);
  });
});

describe("Many agents that read the same", () => {
  const numbered = (stem: string, action: "add" | "blocked" | "pending") =>
    Array.from({ length: 6 }, (_, index) =>
      agentPlan({
        name: `${stem}-${index + 1}`,
        action,
        hold: action === "pending" ? "kept" : undefined,
        changes: action === "add" ? [] : [{ reason: action === "blocked" ? "own-session" : "session-gone" }],
      }),
    );
  const plan = {
    ...emptyPlan,
    agents: [...numbered("coder", "add"), ...numbered("off", "blocked"), ...numbered("old", "pending")],
  };

  it("are one row or one remark, with their number", () => {
    const lines = planMarkdown(plan, []);
    expect(lines).toContain("| <code>+</code> | <code>coder-1 … coder-6 (6)</code> | add | new |");
    expect(lines.filter((line) => /^- .*(?:off|old)-/.test(line))).toEqual([
      expect.stringContaining("- **Blocked:** <code>off-1 … off-6 (6)</code>: "),
      "- **Waiting:** <code>old-1 … old-6 (6)</code>: onChange: keep",
    ]);
  });

  it("have a row each where more is asked for", () => {
    expect(planMarkdown(plan, [], true).filter((line) => line.includes("| add |"))).toHaveLength(6);
  });
});
