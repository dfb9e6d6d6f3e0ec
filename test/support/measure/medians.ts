import { fileURLToPath } from "node:url";
import type { Sandbox } from "../rig/sandbox.ts";

/** The file that a sandbox has to show (`visible`) for mediansOf. */
export const measureProgram = {
  "rig/measure.mjs": fileURLToPath(new URL("measure.mjs", import.meta.url)),
};

/** Runs commands in turns, each contender with all of its own. Returns the medians, ms. `args` are those of measure.mjs. */
export async function mediansOf<Name extends string>(
  box: Sandbox,
  contenders: Readonly<Record<Name, readonly (readonly string[])[]>>,
  args = "9",
): Promise<Readonly<Record<Name, number>>> {
  const output = await box.sh(`node /run/fleet/rig/measure.mjs ${args}`, {
    input: JSON.stringify(contenders),
  });
  return JSON.parse(output) as Record<Name, number>;
}
