import { describe, expect, it } from "vitest";
import { runVerb, type UnitVerb } from "../../../src/drivers/systemd/verbs.ts";
import type { CommandOutcome } from "../../../src/system/command.ts";
import { exited } from "../../support/drivers/fake-exec.ts";

const replaced = exited(1, "", "Job for a.service canceled.\n");
const done = exited(0, "");

/** Runs a verb against a systemctl that gives these answers, and returns the number of its calls. */
async function run(verb: UnitVerb, answers: readonly CommandOutcome[]): Promise<[boolean, number]> {
  let calls = 0;
  const result = await runVerb(async () => answers[calls++] ?? done, verb, ["a.service", "b.service"], 1_000);
  return [result.ok, calls];
}

describe("systemctl stop", () => {
  it("is repeated if a start has replaced it, up to three times in all", async () => {
    expect(await run("stop", [done])).toEqual([true, 1]);
    expect(await run("stop", [replaced])).toEqual([true, 2]);
    expect(await run("stop", [replaced, replaced, done])).toEqual([true, 3]);
    expect(await run("stop", [replaced, replaced, replaced])).toEqual([false, 3]);
  });

  it("is not repeated for anything else, and no other verb is", async () => {
    expect(
      await run("stop", [exited(5, "", "Failed to stop b.service: Unit b.service not loaded.\n")]),
    ).toEqual([true, 1]);
    expect(await run("restart", [replaced])).toEqual([true, 1]);
  });
});
