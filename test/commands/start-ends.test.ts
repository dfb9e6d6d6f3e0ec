import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { followStarts } from "../../src/commands/ui/live/start-ends.ts";
import { until } from "../support/rig/until.ts";

describe("the ends of starts", () => {
  let place = "";
  beforeAll(() => void (place = mkdtempSync(join(tmpdir(), "fleet-starts-"))));
  afterAll(() => rmSync(place, { recursive: true }));

  it("are the PID files of the units that still start", async () => {
    const written: string[] = [];
    const starts = followStarts(
      (unit) => join(place, unit),
      (unit) => void written.push(unit),
    );
    for (const unit of ["a", "b"]) mkdirSync(join(place, unit));
    expect(starts.follow(["a", "b", "none"], ["a", "b", "none"])).toBe(false);
    expect(starts.follow(["a", "b"], ["a", "b"])).toBe(true);
    writeFileSync(join(place, "a", "other"), "");
    writeFileSync(join(place, "b", "pid"), "7\n");
    await until("the end of b is heard", async () => written.includes("b"));
    expect(starts.follow(["b"], ["b"])).toBe(false);
    written.length = 0;
    writeFileSync(join(place, "b", "pid"), "8\n");
    writeFileSync(join(place, "a", "pid"), "9\n");
    await until("the end of a is heard", async () => written.includes("a"));
    expect(written).toEqual(["a"]);
    // Its next start has ended before it is followed.
    starts.follow(["a"], []);
    written.length = 0;
    expect(starts.follow(["a"], ["a"])).toBe(false);
    expect(written).toEqual(["a"]);
    starts.end();
  });
});
