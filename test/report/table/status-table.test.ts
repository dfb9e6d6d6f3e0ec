import { describe, expect, it } from "vitest";
import type { FleetStatus } from "../../../src/report/status/status-json.ts";
import { columnsOf, lastingColumns, tellingColumns } from "../../../src/report/table/columns.ts";
import { roomBeside, statusTable } from "../../../src/report/table/status-table.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";
import { displayWidth } from "../../../src/report/terminal/display-width.ts";
import { agentPlan } from "../../support/report/a-plan.ts";
import { agentStatus, now } from "../../support/report/a-status.ts";

const plain = createColors(false);

describe("the column of logs", () => {
  const log = { path: "/s/core/output.log", bytes: 1536, isWritten: true };
  const lines = (...rows: readonly FleetStatus["agents"][number][]): readonly string[] =>
    statusTable(rows, columnsOf(tellingColumns(["agent", "log"], rows)), now, plain);

  it("shows size and path, and a log that nothing writes", () => {
    expect(
      lines(
        agentStatus({ name: "core", log }),
        agentStatus({ name: "web", log: { ...log, isWritten: false } }),
        agentStatus({ name: "down", state: "stopped", log: { ...log, bytes: 0, isWritten: false } }),
        agentStatus({ name: "bare" }),
      ),
    ).toEqual([
      "AGENT  LOG",
      "core   1.5 kB /s/core/output.log",
      "web    1.5 kB (not written) /s/core/output.log",
      "down   0.0 kB /s/core/output.log",
      "bare   -",
    ]);
  });

  it("is left out of a fleet without logs", () => {
    expect(lines(agentStatus({ name: "bare" }))[0]).toBe("AGENT");
  });
});

describe("The table of agents", () => {
  it("has room for the last lines on a wide terminal, also next to one long cell", () => {
    const change = { reason: "workdir-missing", path: `/${"deep/".repeat(60)}` } as const;
    const row = agentStatus({ name: "core", plan: agentPlan({ name: "core", action: "blocked", change }) });
    const columns = columnsOf(["agent", "state", "since", "pending"]);
    expect(roomBeside([row], columns, now, 200)).toBeGreaterThan(60);
    expect(roomBeside([row], columns, now, 60)).toBeLessThan(26);
  });

  it("cuts a line at the width of the terminal, also if its characters are two columns wide", () => {
    const path = `/home/ada/${"資料".repeat(20)}`;
    const plan = agentPlan({
      name: "canary",
      action: "blocked",
      change: { reason: "workdir-missing", path },
    });
    const [, line = ""] = statusTable(
      [agentStatus({ name: "canary", plan })],
      lastingColumns,
      now,
      plain,
      80,
    );
    expect(line).toMatch(/[資料]…$/);
    expect(displayWidth(line)).toBe(80);
  });
});
