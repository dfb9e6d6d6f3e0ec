import { describe, expect, it } from "vitest";
import { agentOfUnit, agentUnit, dropInPath, envPath, layoutOf, linkPath } from "../../src/desired/layout.ts";
import { account } from "../support/plan/resolved.ts";

const layout = layoutOf("web", "web-factory", { ...account, configHome: "/cfg", runtimeDir: "/run/user/7" });

describe("The layout of a fleet", () => {
  it("consists of its name, XDG_CONFIG_HOME and XDG_RUNTIME_DIR", () => {
    expect(layout).toEqual({
      fleet: "web",
      socket: "web-factory",
      unitDir: "/cfg/systemd/user",
      unitPath: expect.arrayContaining(["/cfg/systemd/user.control", "/run/user/7/systemd/user.control"]),
      wantsDir: "/cfg/systemd/user/default.target.wants",
      holderUnit: "web-tmux-holder.service",
      templateUnit: "web-agent@.service",
      holderPath: "/cfg/systemd/user/web-tmux-holder.service",
      templatePath: "/cfg/systemd/user/web-agent@.service",
      scriptPath: "/cfg/web/tools/fleet/start-agent-session.sh",
      envDir: "/cfg/web/fleet/agents",
      recordsDir: "/home/ada/.local/state/web/fleet/agents",
      recordsSpecifier: "%h/.local/state/web/fleet/agents",
      runtimeDir: "/run/user/7/web-agent",
      stateDir: "/run/user/7/mosaic-fleet",
    });
    expect([envPath, dropInPath, linkPath].map((pathOf) => pathOf(layout, "canary"))).toEqual([
      "/cfg/web/fleet/agents/canary.env",
      "/cfg/systemd/user/web-agent@canary.service.d/50-fleet.conf",
      "/cfg/systemd/user/default.target.wants/web-agent@canary.service",
    ]);
  });

  it("finds the agent of a unit, and no agent for the units of others", () => {
    expect(agentOfUnit(layout, agentUnit(layout, "a_b-1"))).toBe("a_b-1");
    for (const unit of [
      "web-agent@.service",
      "web-agent@x.timer",
      "web2-agent@x.service",
      "my-web-agent@x.service",
      "web-agent.service",
      "web-tmux-holder.service",
    ]) {
      expect(agentOfUnit(layout, unit)).toBeUndefined();
    }
  });
});
