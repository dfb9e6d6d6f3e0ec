import { describe, expect, it } from "vitest";
import { isSameValue } from "../../../src/plan/in-force/unit-values.ts";

describe("Two values of a directive", () => {
  it.each([
    ["MemoryMax", "800M", "838860800"],
    ["MemoryMax", "1.5G", "1536M"],
    ["MemoryHigh", "50%", "50.00%"],
    ["MemoryMax", "infinity", "infinity"],
    ["CPUQuota", "200%", "200.0%"],
    ["TasksMax", "512", "512"],
    ["RestartSec", "500ms", "0.5"],
    ["TimeoutStopSec", "1min 30s", "90"],
    ["StartLimitIntervalSec", "1min", "60s"],
    ["Delegate", "yes", "true"],
    ["MemorySwapMax", "1G", "1024M"],
    ["LimitFSIZE", "1G", "1024M"],
  ])("%s=%s and %s are the same to systemd", (directive, a, b) => {
    expect(isSameValue(directive, a, b)).toBe(true);
  });

  it.each([
    ["MemoryMax", "800M", "800"],
    ["MemoryMax", "50%", "50"],
    ["MemoryMax", "infinity", "800M"],
    ["CPUQuota", "20%", "200%"],
    ["RestartSec", "5s", "5ms"],
    ["Restart", "no", "on-failure"],
    ["LimitFSIZE", "1G", "1M"],
    ["IOWeight", "50", "500"],
    ["IOWeight", "50", "050"],
    ["IPAddressAllow", "10.0.0.1", "10.0.0.2"],
    ["SyslogIdentifier", "1.1", "1.10"],
    ["SyslogIdentifier", "1.5", "1.9"],
    ["LimitFSIZE", "9007199254740992", "9007199254740993"],
  ])("%s=%s and %s are not", (directive, a, b) => {
    expect(isSameValue(directive, a, b)).toBe(false);
  });
});
