import { describe, expect, it } from "vitest";
import type { UnitFinding } from "../../../src/drivers/systemd/verify-units.ts";
import { findingsOfFleet, unitsToVerify } from "../../../src/plan/commands/unit-findings.ts";
import { desiredOf } from "../../support/plan/resolved.ts";

const desired = desiredOf({
  agents: {
    a: { command: "x", resources: { tasksMax: 5 } },
    b: { command: "x" },
    c: { command: "x", description: "d" },
  },
});
const finding = (unit: string, more: Partial<UnitFinding> = {}): UnitFinding => ({
  unit,
  dropIn: undefined,
  line: undefined,
  message: `${unit} is wrong`,
  ...more,
});

describe("Verifying the units of a fleet", () => {
  it("covers the holder, the template, and the agents with a drop-in", () => {
    expect(unitsToVerify(desired)).toEqual([
      "mosaic-tmux-holder.service",
      "mosaic-agent@.service",
      "mosaic-agent@a.service",
      "mosaic-agent@c.service",
    ]);
  });

  it("names the agent of a drop-in, and the line", () => {
    const found = finding("mosaic-agent@a.service", { dropIn: "50-fleet.conf", line: 2, message: "no" });
    expect(findingsOfFleet([found], desired)).toEqual([
      {
        unit: "mosaic-agent@a.service",
        agent: "a",
        file: "drop-in",
        line: 2,
        source: "TasksMax=5",
        message: "no",
      },
    ]);
  });

  it("reports a problem of the template once, and not for each agent", () => {
    const units = ["mosaic-agent@a.service", "mosaic-agent@c.service", "mosaic-agent@i.service"];
    expect(
      findingsOfFleet(
        units.map((unit) => finding(unit)),
        desired,
      ),
    ).toMatchObject([
      { unit: "mosaic-agent@.service", agent: undefined, message: "mosaic-agent@.service is wrong" },
    ]);
  });

  it("quotes the line of the holder or template", () => {
    const found = finding("mosaic-tmux-holder.service", { line: 3 });
    expect(findingsOfFleet([found], desired)).toMatchObject([
      { file: "unit", source: "[Unit]", agent: undefined },
    ]);
  });

  it("omits problems of other units of the machine", () => {
    expect(findingsOfFleet([finding("dbus.socket"), finding("night-agent@a.service")], desired)).toEqual([]);
  });
});
