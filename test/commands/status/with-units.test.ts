import { describe, expect, it } from "vitest";
import { withUnits } from "../../../src/commands/status/with-units.ts";
import { agentStatus, aStatus } from "../../support/report/a-status.ts";

const look = {
  status: {
    ...aStatus,
    agents: [
      agentStatus({ name: "coder", pid: 7, since: 5, idleSeconds: 3, attached: 1 }),
      agentStatus({ name: "job", state: "completed", active: "inactive", sub: "dead" }),
      agentStatus({ name: "scribe" }),
    ],
  },
  panes: new Map(),
  now: 1,
};
const unit = (agent: string, active: string, sub: string) => ({
  name: `mosaic-agent@${agent}.service`,
  load: "loaded",
  active,
  sub,
});

describe("a look with the states of some units as they are now", () => {
  it("has the new state, and nothing of the ended process", () => {
    const [coder, , scribe] = withUnits(look, [unit("coder", "failed", "failed")]).status.agents;
    expect(coder).toMatchObject({
      state: "failed",
      active: "failed",
      pid: undefined,
      since: undefined,
      idleSeconds: undefined,
      attached: 0,
    });
    expect(scribe).toBe(look.status.agents[2]);
  });

  it("takes a unit that starts or stops for what status calls it", () => {
    const stateAfter = (active: string, sub: string) =>
      withUnits(look, [unit("scribe", active, sub)]).status.agents[2]?.state;
    expect(stateAfter("activating", "start")).toBe("starting");
    expect(stateAfter("activating", "auto-restart")).toBe("restarting");
    expect(stateAfter("deactivating", "stop-post")).toBe("stopped");
    expect(stateAfter("inactive", "dead")).toBe("stopped");
  });

  it("leaves a state that rests on more than the unit to the next look", () => {
    const after = withUnits(look, [unit("job", "activating", "start"), unit("other", "active", "running")]);
    expect(after.status.agents).toEqual(look.status.agents);
  });
});
