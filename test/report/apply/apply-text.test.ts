import { startAction } from "../../../src/plan/actions.ts";
import { describe, expect, it } from "vitest";
import type { ApplyOutcome, AgentFailure } from "../../../src/events/apply-events.ts";
import { applyEventLine, applyResult as applyWordings } from "../../../src/report/apply/apply-text.ts";
import { failuresLines } from "../../../src/report/apply/failures-text.ts";
import { destroyResult as destroyWordings, destroyText } from "../../../src/report/apply/destroy-text.ts";
import { agentPlan, aPlan, emptyPlan } from "../../support/report/a-plan.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";
import { wordingText } from "../../../src/report/terminal/wording-text.ts";

const plain = createColors(false);
const applyResult = (...end: Parameters<typeof applyWordings>): readonly string[] =>
  applyWordings(...end).map(wordingText);
const destroyResult = (...end: Parameters<typeof destroyWordings>): readonly string[] =>
  destroyWordings(...end).map(wordingText);
const done: ApplyOutcome = { done: aPlan.actions, failed: [], skipped: [] };
const quietPlan = { ...emptyPlan, summary: { ...emptyPlan.summary, add: 2 } };

function failure(more: Partial<AgentFailure>): AgentFailure {
  return {
    name: "canary",
    unit: "mosaic-agent@canary.service",
    result: "exit-code",
    exitStatus: 3,
    lines: [],
    ...more,
  };
}

describe("The end of an apply", () => {
  it("counts the finished, the deferred and the blocked actions", () => {
    expect(applyResult(quietPlan, done, [], 87.4, plain)).toEqual([
      "Apply complete: 2 added, 0 changed, 0 restarted, 0 removed (87 ms).",
    ]);
    expect(applyResult(aPlan, done, [], 1300, plain)).toEqual([
      "Applied, but agents are blocked: 1 added, 3 changed, 1 restarted, 1 removed, 2 waiting, 1 blocked (1.3 s).",
    ]);
    expect(applyResult(quietPlan, done, [failure({})], 1, plain)[0]).toMatch(
      /^Applied, but agents failed: 2 added/,
    );
  });

  it("names the open actions, but not all of a large fleet", () => {
    const [stop, ...rest] = aPlan.actions;
    const outcome = { done: [], failed: stop ? [stop] : [], skipped: [...rest, ...rest, ...rest, ...rest] };
    const lines = applyResult(aPlan, outcome, [], 1, plain);
    expect(lines.slice(0, 2)).toEqual([
      "Apply incomplete: 0 of 4 actions done. Not done:",
      "  stop mosaic-agent@removed.service",
    ]);
    expect(lines.slice(-2)).toEqual([
      "  and 3 more",
      "Run it again when the cause is fixed: it goes on from here.",
    ]);
    expect(applyResult(aPlan, { ...outcome, isOnce: true }, [], 1, plain).at(-1)).toBe(
      "A saved plan is done once: fleet apply does the rest when the cause is fixed, or a new plan.",
    );
  });

  it.each<[Partial<AgentFailure>, string]>([
    [{}, "does not run: exit status 3"],
    [{ result: "success", exitStatus: 0 }, "does not run: its command ended by itself (exit status 0)"],
    [
      { result: "start-limit-hit" },
      "does not run: it was started too often, and systemd gave up (exit status 3)",
    ],
    [{ result: "timeout", exitStatus: undefined }, "does not run: it did not start in time"],
    [{ result: "signal", exitStatus: 137 }, "does not run: signal (exit status 137)"],
    [{ result: "oom-kill", exitStatus: undefined }, "does not run: oom-kill"],
    [
      { result: "not-restarted" },
      "is not up to date: systemd did not restart it, and it goes on with the old configuration",
    ],
  ])("reports a failed agent: %j", (more, words) => {
    expect(failuresLines([failure(more)], plain)[0]).toBe(`Error: agent canary ${words}`);
  });

  it("tells of many agents that failed in the same way once, with the last lines of the first", () => {
    const failed = Array.from({ length: 6 }, (_, index) => ({
      ...failure({ exitStatus: index === 3 ? 2 : 1 }),
      name: `coder-${index + 1}`,
      lines: [`coder-${index + 1}: no key`],
    }));
    const lines = failuresLines(
      [...failed, { ...failure({ exitStatus: 1 }), name: "coder-7", lines: ["coder-7: no key"] }],
      plain,
    );
    expect(lines.filter((line) => line.startsWith("Error:"))).toEqual([
      "Error: agents coder-1 … coder-3, coder-5 … coder-7 (6) do not run: exit status 1",
      "Error: agent coder-4 does not run: exit status 2",
    ]);
    expect(lines.slice(1, 3)).toEqual([
      "   = all of them ended alike; this is coder-1:",
      "   | coder-1: no key",
    ]);
    expect(failuresLines(failed, plain, true).filter((line) => line.startsWith("Error:"))).toHaveLength(6);
  });

  it("shows an agent's last lines, with control characters escaped, and where to find more", () => {
    const lines = failuresLines([failure({ lines: ["dying", "\u001B[31mred\u0007"] })], plain);
    expect(lines).toEqual([
      "Error: agent canary does not run: exit status 3",
      "   | dying",
      "   | ␛[31mred␇",
      "   = fleet logs canary",
    ]);
    expect(failuresLines([failure({ exitStatus: 127 })], plain).join("\n")).toContain("set PATH in env");
    expect(failuresLines([failure({ exitStatus: 127, shell: "bash" })], plain)).toContain(
      "   = bash has read its own start-up files and found no such program: install it, or give its full path; exec finds no alias or function",
    );
  });
});

describe("The progress of an apply", () => {
  it("is a line for each slow call, and none for a file", () => {
    const [stop, write, reload, start] = aPlan.actions;
    const lineFor = (...actions: readonly (typeof stop)[]) => {
      const given = actions.filter((action) => action !== undefined);
      return applyEventLine({ kind: "finished", actions: given, ms: 20 }, new Set(["proxy"]), plain);
    };
    expect(lineFor(stop)).toBe("Stopped 1 agent (20 ms)");
    expect(lineFor(start, start)).toBe("Started 2 units (20 ms)");
    const unit = (agent: string, kind = "service") =>
      startAction(`web-agent@${agent}.${kind}`, { agent, reason: "new" });
    expect(lineFor(unit("a"), unit("b"), unit("proxy"), unit("b", "timer"), start ?? stop)).toBe(
      "Started 2 agents, 1 service, 1 timer and the tmux holder (20 ms)",
    );
    expect(lineFor(unit("proxy"), unit("a", "timer"))).toBe("Started 1 service and 1 timer (20 ms)");
    expect(lineFor(reload)).toBe("Reloaded the systemd user manager (20 ms)");
    expect(lineFor(write)).toBeUndefined();
    expect(
      applyEventLine({ kind: "started", actions: stop ? [stop] : [] }, new Set(), plain),
    ).toBeUndefined();
  });
});

describe("The plan of a destroy", () => {
  it("says that the shared files go too, or that there is nothing", () => {
    const agents = [agentPlan({ name: "canary", action: "remove", reason: "destroy" })];
    const removal = {
      id: "x",
      kind: "remove-file",
      target: "/t",
      agent: undefined,
      reason: "destroy",
      cost: "none",
      prune: [],
    } as const;
    const summary = { ...emptyPlan.summary, remove: 1 };
    const plan = { ...emptyPlan, agents, summary, actions: [removal] };
    expect(destroyText(plan, plain, false)).toEqual([
      "  - tmux holder, agent template and start script will be removed, last",
      "  - agent canary will be removed",
      "",
      "Plan: 0 to add, 0 to change, 0 to restart, 1 to remove.",
    ]);
    expect(destroyText(emptyPlan, plain, false)).toEqual([
      "Nothing to destroy: fleet mosaic has nothing on this machine.",
    ]);
    expect(destroyResult(plan, { done: [removal], failed: [], skipped: [] }, 5, plain)).toEqual([
      "Destroy complete: 1 agent removed (5 ms).",
    ]);
    expect(destroyResult(plan, { done: [], failed: [removal], skipped: [] }, 5, plain)[0]).toBe(
      "Destroy incomplete: 0 of 1 actions done. Not done:",
    );
  });
});
