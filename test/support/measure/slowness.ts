import type { Sandbox } from "../rig/sandbox.ts";

/** The time of a start of node in a sandbox of a quiet machine, ms. */
const quietMs = 60;
const starts = 5;

/**
 * Returns how much slower this machine is now than a quiet one, by the starts of a program: at least 1. The limits of
 * times grow with it in tests that run next to others.
 */
export async function slowness(box: Sandbox): Promise<number> {
  const began = performance.now();
  for (let count = 0; count < starts; count += 1) await box.run(["node", "-e", "0"]);
  return Math.max(1, (performance.now() - began) / starts / quietMs);
}
