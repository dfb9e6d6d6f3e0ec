import { wordingText } from "../../../src/report/terminal/wording-text.ts";
import { describe, expect, it } from "vitest";
import type { AgentState } from "../../../src/plan/explain/status.ts";
import { usualColumns } from "../../../src/report/table/columns.ts";
import { columnNames, type SortKey } from "../../../src/report/table/column-names.ts";
import { fitColumns } from "../../../src/report/table/fit-columns.ts";
import { sortAgents } from "../../../src/report/table/sort-agents.ts";
import type { FleetStatus } from "../../../src/report/status/status-json.ts";
import { statusText as statusWordings } from "../../../src/report/status/status-text.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";
import { displayWidth } from "../../../src/report/terminal/display-width.ts";
import { agentPlan } from "../../support/report/a-plan.ts";
import { agentStatus, now } from "../../support/report/a-status.ts";

const statusText = (...of: Parameters<typeof statusWordings>): readonly string[] =>
  statusWordings(...of).map(wordingText);

const plain = createColors(false);

type Row = FleetStatus["agents"][number];

function agent(name: string, state: AgentState = "running", more: Partial<Row> = {}): Row {
  const isRunning = state === "running";
  return agentStatus({
    name,
    state,
    pid: isRunning ? 7 : undefined,
    since: isRunning ? now - 90_000 : undefined,
    idleSeconds: isRunning ? 61 : undefined,
    memoryBytes: isRunning ? 5_242_880 : undefined,
    ...more,
  });
}

const path = "/home/ada/資料/🚀/a-very-long-folder/with/another/very/long/folder/in/it";

const agents = [
  agent("blocked-one", "missing", {
    plan: agentPlan({
      name: "blocked-one",
      action: "blocked",
      change: { reason: "workdir-missing", path },
    }),
    pending: "workdir-missing",
  }),
  agent("coder-1", "failed", {
    restarts: 5,
    exitStatus: 3,
    pending: "failed",
    plan: agentPlan({
      name: "coder-1",
      action: "start",
      change: { reason: "failed", exitStatus: 3, isRetried: false },
    }),
  }),
  agent("planner", "running", { attached: 2, lastLine: "資料 done 🚀 and waiting for the next question" }),
];

const status: FleetStatus = {
  fleet: "mosaic",
  holder: { active: "active", pid: 42, socket: "mosaic-factory" },
  lingering: false,
  agents,
  watcher: undefined,
  notes: [{ kind: "older-script", agents: ["planner"] }],
};

function shown(width: number, columns = usualColumns): string {
  return `\n${statusText(status, now, plain, { columns, width }).join("\n")}\n`;
}

describe("The status on a terminal", () => {
  it("of 60 columns keeps the names, states and waiting changes", () => {
    expect(shown(60)).toMatchInlineSnapshot(`
      "
      Fleet mosaic: tmux server running (process 42), socket
      mosaic-factory

      AGENT        STATE       SINCE  PENDING
      blocked-one  missing     -      blocked: workdir /home/ada/…
      coder-1      failed (3)  -      start: it failed (exit stat…
      planner      running     1 min  -

      Note: Runs an older start script until its next start:
      planner.
      Lingering is off: the fleet ends when you log out. To keep
      it running: loginctl enable-linger (or: sudo loginctl
      enable-linger "$USER")
      3 agents, 1 running, 2 with something pending: see fleet
      plan.
      Attach: fleet attach planner
      "
    `);
  });

  it("of 80 columns shows more of them", () => {
    expect(shown(80)).toMatchInlineSnapshot(`
      "
      Fleet mosaic: tmux server running (process 42), socket mosaic-factory

      AGENT        STATE       SINCE  ATTACHED  QUIET  PENDING
      blocked-one  missing     -      -         -      blocked: workdir /home/ada/資…
      coder-1      failed (3)  -      -         -      start: it failed (exit status …
      planner      running     1 min  2         1 min  -

      Note: Runs an older start script until its next start: planner.
      Lingering is off: the fleet ends when you log out. To keep it running: loginctl
      enable-linger (or: sudo loginctl enable-linger "$USER")
      3 agents, 1 running, 2 with something pending: see fleet plan.
      Attach: fleet attach planner
      "
    `);
  });

  it("of 120 columns shows every usual column", () => {
    expect(shown(120)).toMatchInlineSnapshot(`
      "
      Fleet mosaic: tmux server running (process 42), socket mosaic-factory

      AGENT        STATE       SINCE  RESTARTS  ATTACHED  QUIET  MEMORY  PENDING
      blocked-one  missing     -      0         -         -      -       blocked: workdir /home/ada/資料/🚀/a-very-long-folde…
      coder-1      failed (3)  -      5         -         -      -       start: it failed (exit status 3)
      planner      running     1 min  0         2         1 min  5.0 MB  -

      Note: Runs an older start script until its next start: planner.
      Lingering is off: the fleet ends when you log out. To keep it running: loginctl enable-linger (or: sudo loginctl
      enable-linger "$USER")
      3 agents, 1 running, 2 with something pending: see fleet plan.
      Attach: fleet attach planner
      "
    `);
  });

  it("of 200 columns has room for the last lines", () => {
    expect(shown(200, [...usualColumns, "last"])).toMatchInlineSnapshot(`
      "
      Fleet mosaic: tmux server running (process 42), socket mosaic-factory

      AGENT        STATE       SINCE  RESTARTS  ATTACHED  QUIET  MEMORY  PENDING                                                                                                   LAST LINE
      blocked-one  missing     -      0         -         -      -       blocked: workdir /home/ada/資料/🚀/a-very-long-folder/with/another/very/long/folder/in/it does not exist  -
      coder-1      failed (3)  -      5         -         -      -       start: it failed (exit status 3)                                                                          -
      planner      running     1 min  0         2         1 min  5.0 MB  -                                                                                                         資料 done 🚀 and waiting f…

      Note: Runs an older start script until its next start: planner.
      Lingering is off: the fleet ends when you log out. To keep it running: loginctl enable-linger (or: sudo loginctl enable-linger "$USER")
      3 agents, 1 running, 2 with something pending: see fleet plan.
      Attach: fleet attach planner
      "
    `);
  });

  it("has no wider line than the terminal, whatever its width", () => {
    for (let width = 20; width <= 220; width += 7) {
      const lines = statusText(status, now, plain, { columns: columnNames, width });
      const from = lines.findIndex((line) => line.startsWith("AGENT"));
      const table = lines.slice(from, from + 1 + agents.length);
      expect(table.filter((line) => displayWidth(line) > width)).toEqual([]);
    }
  });

  it("says once why no memory is shown, and leaves the column out", () => {
    const without = { ...status, agents: agents.map((each) => ({ ...each, memoryBytes: undefined })) };
    const text = statusText(without, now, plain).join("\n");
    expect(text).not.toContain("MEMORY");
    expect(text).toContain(
      "No memory: systemd gives this account no controller for it; fleet doctor says how.",
    );
  });
});

describe("The columns that fit", () => {
  const column = (natural: number, least: number, rank: number) => ({ natural, least, rank });

  it("lose the one of the lowest rank first", () => {
    const [name, state, other] = [column(10, 10, 3), column(8, 8, 2), column(5, 5, 1)];
    expect(fitColumns([name, other, state], 22)).toEqual([
      { column: name, width: 10 },
      { column: state, width: 8 },
    ]);
  });

  it("share what is left, the one of the highest rank first", () => {
    const [name, text] = [column(20, 5, 1), column(30, 5, 2)];
    expect(fitColumns([name, text], 40).map(({ width }) => width)).toEqual([8, 30]);
  });
});

describe("The order of the agents", () => {
  const names = (key: SortKey): readonly string[] =>
    sortAgents(
      [
        agent("coder-10", "running", { restarts: 2 }),
        agent("coder-2", "running", { memoryBytes: 2 ** 30, idleSeconds: 5 }),
        agent("broken", "failed"),
        agent("off", "stopped", { desired: "stopped" }),
        agent("soon", "starting"),
      ],
      key,
    ).map(({ name }) => name);

  it("is by attention: trouble, then what comes up, then the rest by name", () => {
    expect(names("attention")).toEqual(["broken", "soon", "coder-2", "coder-10", "off"]);
  });

  it("is by name, restarts, memory and quiet time if one asks", () => {
    expect(names("name")).toEqual(["broken", "coder-2", "coder-10", "off", "soon"]);
    expect(names("restarts")[0]).toBe("coder-10");
    expect(names("memory")[0]).toBe("coder-2");
    expect(names("quiet").slice(0, 2)).toEqual(["coder-2", "coder-10"]);
  });
});
