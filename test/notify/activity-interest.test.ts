import { describe, expect, it } from "vitest";
import { activitiesToTell } from "../../src/notify/activity-interest.ts";
import { configOf, desiredOf } from "../support/plan/resolved.ts";

const preset = { runtimes: { claude: { preset: "claude" } } };
const coder = { coder: { runtime: "claude" } };

function wanted(fleet: object): readonly string[] {
  return [...activitiesToTell(configOf(fleet), desiredOf(fleet))];
}

describe("The activities that somebody wants to know", () => {
  it("are those of the receivers, which get waits and limits by default", () => {
    expect(wanted({ ...preset, agents: coder, notify: [{ bell: true }] })).toEqual(["waiting", "limited"]);
    expect(wanted({ ...preset, agents: coder, notify: [{ bell: true, on: ["idle", "failed"] }] })).toEqual([
      "idle",
    ]);
    expect(wanted({ ...preset, agents: coder, notify: [{ bell: true, on: ["failed"] }] })).toEqual([]);
    expect(wanted({ ...preset, agents: coder })).toEqual([]);
  });

  it("contain waits if an agent has a hook for them", () => {
    const hooked = { coder: { runtime: "claude", hooks: { onWaiting: "true" } } };
    expect(wanted({ ...preset, agents: hooked })).toEqual(["waiting"]);
  });

  it("are none in a fleet whose programs tell nothing", () => {
    expect(wanted({ agents: { plain: { command: "sleep 9" } }, notify: [{ bell: true }] })).toEqual([]);
  });
});
