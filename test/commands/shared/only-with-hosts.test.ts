import { describe, expect, it } from "vitest";
import { onlyWithHosts } from "../../../src/commands/shared/only-with-hosts.ts";

describe("Options for hosts", () => {
  it("are refused if no host is chosen, all at once", () => {
    expect(onlyWithHosts("plan", {})).toBeUndefined();
    expect(onlyWithHosts("plan", { maxParallel: 1, logDir: "logs", skipUnreachable: true })).toMatchObject({
      code: "bad-usage",
      summary: "--max-parallel and --log-dir and --skip-unreachable only count with --host",
      hint: expect.stringContaining("--host all") as string,
    });
  });

  it("are taken by commands about hosts, and with a saved plan, which may be one of hosts", () => {
    expect(onlyWithHosts("hosts", { maxParallel: 1 })).toBeUndefined();
    expect(onlyWithHosts("place", { maxParallel: 1 })).toBeUndefined();
    expect(onlyWithHosts("apply", { logDir: "logs", isWithPlan: true })).toBeUndefined();
  });
});
