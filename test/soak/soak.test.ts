import { describe, it } from "vitest";
import { openSandbox } from "../support/rig/sandbox.ts";
import { figuresLine } from "./figures.ts";
import { stepsOf } from "./steps.ts";
import { openWalk } from "./walk.ts";

/** `npm run soak` sets these; without, the walk is short and always the same. */
const seed = Number(process.env["SOAK_SEED"] ?? "823");
const steps = Number(process.env["SOAK_STEPS"] ?? "16");
const minutes = Number(process.env["SOAK_MINUTES"] ?? "0");
/** Numbers of the only steps to be taken, from 1: for making a failing walk shorter. */
const only = process.env["SOAK_ONLY"]?.split(",").map(Number);
const reportMs = 60_000;

describe("a random walk", () => {
  it(
    "of edits, applies, kills and drift breaks no promise",
    async () => {
      const box = await openSandbox();
      try {
        const walk = await openWalk(box);
        const began = performance.now();
        let reported = began;
        const isLong = minutes > 0;
        const deadline = isLong ? began + minutes * 60_000 : Infinity;
        const all = stepsOf(seed, steps);
        let number = 0;
        try {
          for (const [index, step] of all.entries()) {
            if (only !== undefined && !only.includes(index + 1)) continue;
            if (performance.now() > deadline) break;
            number = index + 1;
            await walk.take(step, number);
            if (isLong && performance.now() - reported > reportMs) {
              reported = performance.now();
              console.log(
                `soak: ${Math.round((reported - began) / 60_000)} min: ${figuresLine(walk.figures)}`,
              );
            }
          }
          await walk.finish();
        } catch (error) {
          const extra = only === undefined ? "" : ` --only ${only.join(",")}`;
          const fleetFile = await box.read("~/work/fleet.yaml").catch(String);
          console.error(
            [
              "What was done, as shell, with the steps in words:",
              ...walk.transcript,
              "# fleet.yaml then:",
              fleetFile.replaceAll(/^/gm, "#   "),
              `To repeat it: npm run soak -- --seed ${seed} --steps ${number}${extra}`,
            ].join("\n"),
          );
          throw error;
        }
        console.log(`soak: seed ${seed}: ${figuresLine(walk.figures)}: nothing was lost`);
      } finally {
        await box.close();
      }
    },
    (minutes > 0 ? minutes * 60_000 : 0) + 240_000,
  );
});
