import { coversLimits } from "./checks/limits.mjs";
import { coversLingering } from "./checks/lingering.mjs";
import { coversMemoryEnds } from "./checks/memory-ends.mjs";
import { coversReboots } from "./checks/reboots.mjs";

/**
 * Checks of one subject on a machine.
 *
 * @typedef {(machine: import("./machine.mjs").Machine, expect: import("./report.mjs").Expect) => Promise<void>} Check
 */

/** All checks, in the order in which they run. @type {Readonly<Record<string, Check>>} */
export const allChecks = {
  limits: coversLimits,
  "memory-ends": coversMemoryEnds,
  lingering: coversLingering,
  reboots: coversReboots,
};
