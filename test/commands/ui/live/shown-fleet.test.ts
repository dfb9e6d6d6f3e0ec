import { describe, expect, it } from "vitest";
import { createShownFleet } from "../../../../src/commands/ui/live/shown-fleet.ts";
import { withUnits } from "../../../../src/commands/status/with-units.ts";
import type { UiState } from "../../../../src/ui/protocol.ts";
import { agentStatus, aStatus } from "../../../support/report/a-status.ts";

const status = { ...aStatus, agents: ["a", "b", "c"].map((name) => agentStatus({ name })) };
const look = { status, panes: new Map<string, string>(), now: 5_000 };

describe("the fleet as its pages show it", () => {
  it("makes one row for a glance at one unit, and all rows for new figures", () => {
    const states: UiState[] = [];
    const shown = createShownFleet(
      "/fleet.yaml",
      (state) => void states.push(state),
      () => undefined,
    );
    shown.take(look, null);
    const ended = { name: "mosaic-agent@b.service", load: "loaded", active: "inactive", sub: "dead" };
    const glanced = withUnits(look, [ended]);
    shown.renew(glanced);
    const changedIn = (at: number) =>
      states[at]?.agents.filter((row, index) => row !== states[at - 1]?.agents[index]);
    expect(changedIn(1)).toMatchObject([{ name: "b", state: "stopped" }]);
    shown.renew(glanced, 9_000);
    expect(changedIn(2)).toHaveLength(3);
  });
});
