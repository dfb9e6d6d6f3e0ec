import { wordingText } from "../../../src/report/terminal/wording-text.ts";
import { describe, expect, it } from "vitest";
import { pendingLines } from "../../../src/report/plan/agents/hold-text.ts";
import { planText as planWordings, summaryLine } from "../../../src/report/plan/plan-text.ts";
import type { Plan } from "../../../src/plan/types.ts";
import { agentPlan, aPlan, emptyPlan } from "../../support/report/a-plan.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";

const planText = (...of: Parameters<typeof planWordings>): readonly string[] =>
  planWordings(...of).map(wordingText);

const plain = createColors(false);

function text(plan: Plan, verbose = false): string {
  return planText(plan, plain, verbose).join("\n");
}

describe("A plan as text", () => {
  it("shows the change of each agent, its reason, and the interrupted people, and counts in its last line", () => {
    expect(`\n${text(aPlan)}\n`).toBe(`
  ~ agent template unit: text changed (TimeoutStopSec)
  + start script: new
  + agent added will be added
  ! agent blocked is blocked: workdir /srv/app does not exist
      mkdir -p /srv/app
  . agent busy pending: env.MODEL changed, busy (attached by 2, last output 4 s ago)
  ~ agent changed will be changed in place: MemoryMax changed
  . agent kept pending: command changed, onChange: keep
  - agent removed will be removed: no longer declared
      interrupts its work: nobody attached, last output 2 h ago
-/+ agent restarted will be restarted: command, env.A changed
      and env file has mode 0644 instead of 0600
      interrupts its work: attached by 1, last output 2 d ago
  ~ agent started will be started: it failed (exit status 3)
  ~ agent stopped will be stopped: state: stopped

Note: Not this fleet's, and left alone: unit mosaic-agent@other.service, session notes.
Note: Runs an older start script until its next start: fine.
Refused: 4 of 6 agents would be removed. If that is meant, add --allow-remove-all.
Plan: 1 to add, 3 to change, 1 to restart, 1 to remove; 2 waiting, 1 blocked.
`);
  });

  it("lists the actions in their order with -v, and never the content of a file", () => {
    const lines = text(aPlan, true);
    expect(lines).toContain(`
Actions, in order:
  stop          mosaic-agent@removed.service  (interrupts)
  write-file    /e/added.env
  daemon-reload systemd --user
  start         mosaic-tmux-holder.service

Note:`);
    expect(lines).not.toContain("secret");
  });

  it("is one line if there is nothing to do", () => {
    expect(text(emptyPlan)).toBe("No changes. The fleet matches fleet.yaml.");
  });

  it("does not report a match if a change is deferred, refused or blocked", () => {
    const waiting = { ...emptyPlan, summary: { ...emptyPlan.summary, pending: 1 } };
    expect(summaryLine(waiting, plain)).toBe(
      "Nothing to do now. Plan: 0 to add, 0 to change, 0 to restart, 0 to remove; 1 waiting.",
    );
    const held = { ...emptyPlan, hindrance: { reason: "not-ours", kind: "file", name: "x" } as const };
    expect(summaryLine(held, plain)).not.toContain("No changes");
    expect(summaryLine({ ...emptyPlan, refusals: aPlan.refusals }, plain)).not.toContain("No changes");
  });

  it("explains a reload if it is the only action", () => {
    const [, , reload] = aPlan.actions;
    const due = reload && { ...reload, reason: "reload-pending" as const };
    expect(text({ ...emptyPlan, actions: due ? [due] : [] })).toContain(
      "~ systemd user manager: reload is due\n",
    );
  });

  it("shows control characters instead of obeying them, from any source", () => {
    const evil = "a\u001B[31m\u202E\n\u0007b";
    const [change] = aPlan.shared;
    const plan: Plan = {
      ...aPlan,
      agents: [
        agentPlan({ name: evil, action: "restart", change: { reason: "env-changed", fields: [evil] } }),
        agentPlan({
          name: "x",
          action: "change",
          reason: "new",
          changes: [...Array(2).keys()].map((index) => ({
            reason: "loaded-file-gone",
            path: `${evil}${index}`,
          })),
        }),
      ],
      shared: change
        ? [{ path: change.path, role: change.role, reason: "unit-changed", directives: [evil] }]
        : [],
      actions: aPlan.actions.map((action) => ({ ...action, target: evil })),
      unmanaged: [{ kind: "file", name: evil }],
      notes: [{ kind: "older-script", agents: [evil] }],
      refusals: [{ guard: "other-fleet", removed: 1, appliedFile: evil, flag: "--x" }],
    };
    const shown = planText(plan, plain, true);
    expect(shown.filter((line) => /[\p{Cc}\u202E]/u.test(line))).toEqual([]);
    expect(shown.filter((line) => line.includes("a␛[31m�␊␇b")).length).toBeGreaterThanOrEqual(11);
  });

  it("joins agents that read the same, and opens them where more is asked for", () => {
    const agents = [
      ...Array.from({ length: 200 }, (_, index) => agentPlan({ name: `coder-${index + 1}`, action: "add" })),
      ...Array.from({ length: 5 }, (_, index) =>
        agentPlan({
          name: `dev-${index + 1}`,
          action: "restart",
          change: { reason: "command-changed", fields: [] },
          atStake: { attached: 0, idleSeconds: 60 },
        }),
      ),
      ...Array.from({ length: 6 }, (_, index) =>
        agentPlan({
          name: `kept-${index + 1}`,
          action: "pending",
          hold: "kept",
          change: { reason: index === 2 ? "workdir-changed" : "command-changed", fields: [] },
        }),
      ),
      ...Array.from({ length: 5 }, (_, index) =>
        agentPlan({ name: `off-${index + 1}`, action: "blocked", change: { reason: "own-session" } }),
      ),
    ];
    const plan = { ...emptyPlan, agents };
    const lines = planText(plan, plain, false);
    expect(lines[0]).toBe("  + agents coder-1 … coder-200 (200) will be added");
    expect(lines.filter((line) => line.includes("agent dev-"))).toHaveLength(5);
    expect(lines.filter((line) => line.includes("kept-"))).toEqual([
      "  . agents kept-1, kept-2, kept-4 … kept-6 (5) pending: command changed, onChange: keep",
      "  . agent kept-3 pending: workdir changed, onChange: keep",
    ]);
    expect(lines.find((line) => line.includes("off-"))).toMatch(
      /^ {2}! agents off-1 … off-5 \(5\) are blocked: /,
    );
    expect(planText(plan, plain, true).filter((line) => line.includes("coder-"))).toHaveLength(200);
  });

  it("joins agents that wait until they are idle, except those with people at them", () => {
    const agents = Array.from({ length: 8 }, (_, index) =>
      agentPlan({
        name: `coder-${index + 1}`,
        action: "pending",
        hold: "busy",
        change: { reason: "command-changed", fields: [] },
        atStake: { attached: index === 3 ? 1 : 0, idleSeconds: 20 - index },
      }),
    );
    const lines = text({ ...emptyPlan, agents }).split("\n");
    expect(lines.filter((line) => line.includes("coder-"))).toEqual([
      "  . agents coder-1 … coder-3, coder-5 … coder-8 (7) pending: command changed, busy (nobody attached, last output 13 s or more ago)",
      "  . agent coder-4 pending: command changed, busy (attached by 1, last output 17 s ago)",
    ]);
    expect(text({ ...emptyPlan, agents }, true).match(/\. agent coder-/g)).toHaveLength(8);
  });

  it("joins the notes of agents with the same suspension", () => {
    const suspended = { by: "ada", sinceMs: undefined, untilMs: undefined };
    const agents = Array.from({ length: 5 }, (_, index) =>
      agentPlan({ name: `a-${index + 1}`, action: "none", suspended }),
    );
    expect(text({ ...emptyPlan, agents })).toContain("Note: a-1 … a-5 (5) are suspended by ada.\n");
  });

  it("names the deferred agents, with the command that does not wait", () => {
    expect(pendingLines(aPlan)).toEqual([
      "2 agents wait with a changed configuration. To restart now: fleet apply --now busy kept",
    ]);
    expect(pendingLines(emptyPlan)).toEqual([]);
    const many = Array.from({ length: 6 }, (_, index) => agentPlan({ name: `a${index}`, action: "pending" }));
    expect(pendingLines({ ...emptyPlan, agents: many })).toEqual([
      "6 agents wait with a changed configuration. To restart now: fleet apply --now",
    ]);
    const left = [agentPlan({ name: "left", action: "pending", hold: "suspended" })];
    expect(pendingLines({ ...emptyPlan, agents: left })).toEqual([
      "1 agent waits because of a suspension. To go on: fleet resume left",
    ]);
  });
});
