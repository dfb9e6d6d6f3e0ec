import { describe, expect, it } from "vitest";
import agentTemplate from "../../../units/mosaic-agent@.service";
import serviceTemplate from "../../../units/mosaic-service.service";
import type { AgentConfig } from "../../../src/config/types.ts";
import { startLimit, templateStartLimit } from "../../../src/desired/schedule/start-limit.ts";

const minute = 60_000;
const hour = 60 * minute;
type Case = [AgentConfig["schedule"], AgentConfig["restart"], number | undefined];

describe("startLimit", () => {
  it("knows the limit of the templates", () => {
    for (const unit of [agentTemplate, serviceTemplate]) {
      expect(unit).toContain(`StartLimitIntervalSec=${templateStartLimit.windowMs / minute}min\n`);
      expect(unit).toContain(`StartLimitBurst=${templateStartLimit.limit}\n`);
    }
  });

  it("is that of the entry if at most one time is within the window", () => {
    for (const schedule of [undefined, "daily", "Mon..Fri 09:00", "*:0/5"]) {
      expect(startLimit({ schedule, restart: undefined })).toBeUndefined();
      expect(startLimit({ schedule, restart: { limit: 3 } })).toBe(3);
    }
  });

  it.each<Case>([
    // Both ends of a minute, and the timer may be a second late.
    ["minutely", undefined, 6],
    ["*:*:0/5", undefined, 17],
    ["*:*:*", undefined, 66],
    ["*:*:*", { limit: 100 }, 161],
    ["hourly", { limit: 3, window: 24 * hour }, 3 + 24],
    ["hourly", { window: 30 * 24 * hour }, 5 + 30 * 24],
    [{ at: ["03:00", "03:00:30", "*:00"] }, undefined, 6],
    [{ at: ["23:59:30", "00:00"] }, undefined, 6],
    // A delayed run meets the next one.
    [{ at: "*:0/5", spread: 10 * minute }, undefined, 5 + 2],
  ])("has room for every time of %j with %j", (schedule, restart, limit) => {
    expect(startLimit({ schedule, restart })).toBe(limit);
  });
});
