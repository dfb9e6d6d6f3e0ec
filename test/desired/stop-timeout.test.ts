import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { defaultStopTimeoutMs } from "../../src/desired/stop-timeout.ts";

it("The default time to stop is that of the template", () => {
  const template = readFileSync("units/mosaic-agent@.service", "utf8");
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(template)?.[1]) * 1000).toBe(defaultStopTimeoutMs);
});
