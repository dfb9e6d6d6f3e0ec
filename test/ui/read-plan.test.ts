import { describe, expect, it } from "vitest";
import { readPlan } from "../../src/commands/ui/control/changes/read-plan.ts";
import { changeTargets } from "../../src/commands/ui/control/child/change-targets.ts";

const restart = { actions: [{ id: "restart:coder-1", reason: "requested" }], refusals: [] };
const question = { severity: "error", code: "needs-confirmation", summary: "confirmation needed" };

function planOn(run: object) {
  return readPlan({ hosts: { build1: { state: "done", code: 0, result: null, ...run } } }, "build1").planned;
}

describe("the plan of a change on another host", () => {
  it("can run if the host only waits for the answer to its question", () => {
    const planned = planOn({ code: 64, result: { plan: restart }, diagnostics: [question] });
    expect(planned).toEqual({ host: "build1", plan: restart, problems: [], canRun: true });
  });

  it("cannot run for a host that may not be changed, and says why", () => {
    const blocked = { severity: "error", code: "blocked", summary: "build1 and build2 are one machine" };
    const planned = planOn({ code: 6, result: { plan: restart }, diagnostics: [blocked] });
    expect(planned).toMatchObject({ canRun: false, problems: [{ summary: blocked.summary }] });
  });

  it("cannot run for a host that does not answer, and says why", () => {
    const lost = { severity: "error", code: "incomplete", summary: "build1: unreachable" };
    const planned = planOn({ state: "unreachable", code: null, diagnostics: [lost] });
    expect(planned).toMatchObject({ plan: null, canRun: false, problems: [{ summary: lost.summary }] });
  });

  it("cannot run if a guard refuses it", () => {
    const planned = planOn({ result: { ...restart, refusals: [{}] }, diagnostics: [] });
    expect(planned).toMatchObject({ canRun: false, problems: [] });
  });
});

describe("the machines of a change", () => {
  it("each have their own agents, by the names there", () => {
    expect(changeTargets(["coder-1", "build1/coder-1", "coder-2", "build1/x"])).toEqual([
      { host: null, agents: ["coder-1", "coder-2"] },
      { host: "build1", agents: ["coder-1", "x"] },
    ]);
  });
});
