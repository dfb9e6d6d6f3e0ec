import { describe, expect, it } from "vitest";
import { isInLine } from "../../src/plan/summary.ts";
import type { Plan } from "../../src/plan/types.ts";
import type { FileDiff } from "../../src/diffs/plan/full-diffs.ts";
import { planGithub, type PlanSpots } from "../../src/report/plan/plan-github.ts";
import { planMarkdown } from "../../src/report/plan/plan-markdown.ts";
import { summaryLine } from "../../src/report/plan/plan-text.ts";
import { agentPlan, aPlan, emptyPlan, smallPlan } from "../support/report/a-plan.ts";
import { createColors } from "../../src/report/terminal/colors.ts";

const plain = createColors(false);

const files: readonly FileDiff[] = [
  { path: "/e/added.env", becomes: "written", diff: ["@@ line 1 @@", "+API_TOKEN=(sensitive value)"] },
  { path: "/e/removed.env", becomes: "removed", diff: ["@@ line 1 @@", "-MODEL=opus"] },
];

const lines = new Map(
  [...["added", "blocked", "busy", "fine", "restarted"].entries()].map(([i, n]) => [n, i + 9]),
);
const spots: PlanSpots = {
  agents: { file: "fleet.yaml", line: 8, column: 1 },
  agent: (name) => ({ file: "fleet.yaml", line: lines.get(name) ?? 8, column: lines.has(name) ? 3 : 1 }),
};

describe("One plan in several formats", () => {
  it("is Markdown for a comment", () => {
    expect(planMarkdown(smallPlan, files).join("\n")).toBe(`\
### Plan for fleet <code>mosaic</code>

**Interrupts the work of 2 agents:**

- <code>removed</code> will be removed: no longer declared (nobody attached, last output 2 h ago)
- <code>restarted</code> will be restarted: command, env.A changed, and env file has mode 0644 instead of 0600 (attached by 1, last output 2 d ago)

**Plan: 1 to add, 0 to change, 1 to restart, 1 to remove; 1 waiting, 1 blocked.**

|   | agent | action | why |
| --- | --- | --- | --- |
| <code>&#126;</code> | agent template unit | change | text changed (TimeoutStopSec) |
| <code>+</code> | <code>added</code> | add | new |
| <code>&#33;</code> | <code>blocked</code> | blocked | workdir /srv/app does not exist |
| <code>.</code> | <code>busy</code> | pending | env.MODEL changed |
| <code>-</code> | <code>removed</code> | remove | no longer declared |
| <code>-/+</code> | <code>restarted</code> | restart | command, env.A changed, and env file has mode 0644 instead of 0600 |

- **Refused:** 4 of 6 agents would be removed. If that is meant, add <code>--allow-remove-all</code>.
- **Blocked:** <code>blocked</code>: workdir /srv/app does not exist
- **Waiting:** <code>busy</code>: busy (attached by 2, last output 4 s ago)
- **Note:** Not this fleet's, and left alone: unit mosaic-agent@&#8203;other.service, session notes.
- **Note:** Runs an older start script until its next start: fine.

<details><summary><code>/e/added.env</code> will be written</summary>

\`\`\`diff
@@ line 1 @@
+API_TOKEN=(sensitive value)
\`\`\`

</details>

<details><summary><code>/e/removed.env</code> will be removed</summary>

\`\`\`diff
@@ line 1 @@
-MODEL=opus
\`\`\`

</details>`);
  });

  it("is annotations for GitHub", () => {
    expect(planGithub(smallPlan, spots, false)).toEqual([
      "::warning file=fleet.yaml,line=8,col=1,title=fleet plan%3A refused::4 of 6 agents would be removed. If that is meant, add --allow-remove-all.",
      "::warning file=fleet.yaml,line=8,col=1,title=agent removed will be removed::no longer declared.%0AInterrupts its work: nobody attached, last output 2 h ago.",
      "::warning file=fleet.yaml,line=13,col=3,title=agent restarted will be restarted::command, env.A changed, and env file has mode 0644 instead of 0600.%0AInterrupts its work: attached by 1, last output 2 d ago.",
      "::warning file=fleet.yaml,line=10,col=3,title=agent blocked is blocked::workdir /srv/app does not exist.",
      "::notice title=fleet plan::Plan: 1 to add, 0 to change, 1 to restart, 1 to remove; 1 waiting, 1 blocked.",
    ]);
  });

  it("is one annotation for many replicas of a line, and one for each with work at stake", () => {
    const names = Array.from({ length: 12 }, (_, index) => `coder-${index + 1}`);
    const change = { reason: "workdir-missing", path: "/srv/app" } as const;
    const agents = names.map((name) => agentPlan({ name, action: "blocked", change }));
    const atLine = { ...spots, agent: () => ({ file: "fleet.yaml", line: 9, column: 3 }) };
    expect(planGithub({ ...emptyPlan, agents }, atLine, true)).toEqual([
      "::warning file=fleet.yaml,line=9,col=3,title=agents coder-1 … coder-12 (12) are blocked::workdir /srv/app does not exist.",
    ]);
    expect(planGithub({ ...emptyPlan, agents }, spots, true)).toHaveLength(1);
    const atStake = { attached: 0, idleSeconds: 60 };
    const working = names.map((name) =>
      agentPlan({ name, action: "remove", reason: "no-longer-declared", atStake }),
    );
    expect(planGithub({ ...emptyPlan, agents: working }, atLine, false)).toHaveLength(13);
  });

  it("reports that there is nothing to do exactly if the exit code does", () => {
    const summary = { ...emptyPlan.summary };
    const plans: readonly Plan[] = [
      smallPlan,
      aPlan,
      emptyPlan,
      { ...emptyPlan, only: ["fine"] },
      { ...emptyPlan, refusals: aPlan.refusals },
      { ...emptyPlan, hindrance: { reason: "not-ours", kind: "file", name: "x" } },
      { ...emptyPlan, summary: { ...summary, pending: 1 } },
      { ...emptyPlan, summary: { ...summary, blocked: 1 } },
      { ...emptyPlan, actions: aPlan.actions },
    ];
    const settled = plans.map(isInLine);
    expect(settled.filter(Boolean)).toHaveLength(2);
    const saysSo = (text: string): boolean => /No changes\.|Nothing to do for/.test(text);
    expect(plans.map((each) => saysSo(summaryLine(each, plain)))).toEqual(settled);
    expect(plans.map((each) => saysSo(planMarkdown(each, []).join("\n")))).toEqual(settled);
    expect(plans.map((each) => saysSo(planGithub(each, spots, false).join("\n")))).toEqual(settled);
  });

  it("is a sentence if there is nothing to do", () => {
    expect(planMarkdown(emptyPlan, []).join("\n")).toBe(
      "### Plan for fleet <code>mosaic</code>\n\n**No changes. The fleet matches fleet.yaml.**",
    );
    expect(planGithub(emptyPlan, spots, false)).toEqual([
      "::notice title=fleet plan::No changes. The fleet matches fleet.yaml.",
    ]);
  });

  it("reports only problems to GitHub if that is requested", () => {
    expect(planGithub(smallPlan, spots, true).map((line) => /title=([^:]*)::/.exec(line)?.[1])).toEqual([
      "fleet plan%3A refused",
      "agent blocked is blocked",
    ]);
    const held: Plan = {
      ...emptyPlan,
      agents: [
        agentPlan({ name: "a", action: "blocked", change: { reason: "not-ours", kind: "file", name: "x" } }),
      ],
      hindrance: { reason: "not-ours", kind: "file", name: "x" },
    };
    expect(planGithub(held, spots, true)).toEqual([
      "::warning file=fleet.yaml,line=8,col=1,title=fleet mosaic is blocked::x exists, without this fleet's mark",
      "::warning file=fleet.yaml,line=8,col=1,title=agent a is blocked::x exists, without this fleet's mark.",
    ]);
  });
});
