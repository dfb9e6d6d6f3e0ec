import { describe, expect, it } from "vitest";
import type { LogDisk, LogFacts, LogObstacle } from "../../src/doctor/log-facts.ts";
import { logFindings } from "../../src/doctor/log-findings.ts";
import type { Plan } from "../../src/plan/types.ts";
import { findingText } from "../../src/report/doctor/finding-text.ts";

const none: LogFacts = { obstacles: [], disks: [] };
const planWith = (agents: object): Plan => ({ agents }) as unknown as Plan;
const findings = (facts: Partial<LogFacts>, agents: readonly object[] = []) =>
  logFindings(planWith(agents), { ...none, ...facts });

const obstacle = (over: Partial<LogObstacle>): LogObstacle => ({
  agent: "core",
  path: "/s/agents",
  problem: "denied",
  uid: 1000,
  mode: 0o500,
  isOwn: true,
  ...over,
});

const gigabyte = 2 ** 30;
const disk = (freeBytes: number, growthBytes = 0, totalBytes = 100 * gigabyte): LogDisk => ({
  path: "/s",
  freeBytes,
  totalBytes,
  growthBytes,
});

describe("The check of logs", () => {
  it("has one finding for all logs that nothing writes, which --fix starts", () => {
    const ended = { changes: [{ reason: "log-ended" }] };
    const found = findings({}, [
      { name: "c-10", ...ended },
      { name: "c-2", ...ended },
      { name: "x", changes: [{ reason: "requested" }] },
    ]);
    expect(found).toMatchObject([
      {
        check: "logs",
        severity: "broken",
        kind: "log-unwritten",
        agents: ["c-2", "c-10"],
        fix: { kind: "start-logs", agents: ["c-2", "c-10"] },
      },
    ]);
  });

  it("has one finding for each path in the way, and fixes the mode of the user's own alone", () => {
    const found = findings({
      obstacles: [obstacle({}), obstacle({ agent: "web" }), obstacle({ path: "/s/x", isOwn: false, uid: 0 })],
    });
    expect(found).toMatchObject([
      { agents: ["core", "web"], path: "/s/agents", fix: { kind: "make-writable", path: "/s/agents" } },
      { agents: ["core"], path: "/s/x", uid: 0 },
    ]);
    expect(found.map((each) => each.fix === undefined)).toEqual([false, true]);
    expect(found.map((each) => findingText(each).command)).toEqual([
      "chmod u+rwX /s/agents",
      'sudo chown "$USER" /s/x',
    ]);
    const [readOnly] = findings({ obstacles: [obstacle({ problem: "read-only" })] });
    expect(readOnly?.fix).toBeUndefined();
  });

  it.each([
    ["full", disk(2 ** 19), "broken", "is full"],
    ["nearly full by its size", disk(0.9 * gigabyte), "warning", "is nearly full"],
    ["nearly full by its share", disk(0.4 * gigabyte, 0, 9 * gigabyte), "warning", "is nearly full"],
    ["too small for all files", disk(30 * gigabyte, 40 * gigabyte), "advice", "less room than they may take"],
  ])("tells a disk that is %s", (_name, facts, severity, words) => {
    const [found, ...others] = findings({ disks: [facts] });
    expect(others).toEqual([]);
    expect(found).toMatchObject({ check: "logs", kind: "log-disk", severity });
    expect(found && findingText(found).message).toContain(words);
  });

  it("has none for a disk with room, and for a fleet without logs", () => {
    expect(findings({ disks: [disk(50 * gigabyte, 40 * gigabyte)] })).toEqual([]);
    expect(findings({ disks: [disk(2 * gigabyte, 1, 3 * gigabyte)] })).toEqual([]);
    expect(findings({})).toEqual([]);
  });
});
