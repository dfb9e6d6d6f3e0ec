import { describe, expect, it } from "vitest";
import { possibleChanges } from "../../web/src/control/possible-changes.ts";
import { uiAgentOf } from "../support/ui/ui-agent.ts";

const changesOf = (...agents: Parameters<typeof possibleChanges>[0]): readonly string[] =>
  possibleChanges(agents).map(({ change: { agents: names }, title }) => `${title}: ${names.join(" ")}`);

describe("the changes for selected agents", () => {
  it("are each for those that it fits", () => {
    const running = uiAgentOf({ name: "running" });
    const failed = uiAgentOf({ name: "failed", state: "failed" });
    const pending = uiAgentOf({ name: "pending", action: "pending" });
    const suspended = uiAgentOf({ name: "suspended", action: "pending", isSuspended: true });
    expect(changesOf(running, failed, pending, suspended)).toEqual([
      "Apply: pending suspended",
      "Apply now: pending",
      "Start: failed",
      "Restart: running pending suspended",
      "Stop: running pending suspended",
      "Suspend: running failed pending",
      "Resume: suspended",
    ]);
  });

  it("are those of agents of other machines, too", () => {
    const here = uiAgentOf({ name: "here" });
    const there = uiAgentOf({ name: "build1/there", host: "build1" });
    expect(changesOf(here, there)).toEqual([
      "Restart: here build1/there",
      "Stop: here build1/there",
      "Suspend: here build1/there",
    ]);
  });

  it("leave out a session that nobody has declared", () => {
    expect(changesOf(uiAgentOf({ name: "by-hand", state: "unmanaged" }))).toEqual([]);
  });
});
