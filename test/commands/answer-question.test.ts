import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { answerQuestion } from "../../src/commands/remote/answer-question.ts";
import { claimRun, endRun } from "../../src/drivers/files/pushed/run-claim.ts";
import type { Frame } from "../../src/transport/frames.ts";

describe("the question for the end of a run", () => {
  const folder = mkdtempSync(join(tmpdir(), "claims-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const ask = async (run: string): Promise<readonly [number, readonly Frame[]]> => {
    const sent: Frame[] = [];
    const code = await answerQuestion(
      folder,
      run,
      (frame) => void sent.push(frame),
      (end) => end,
      300,
    );
    return [code, sent];
  };

  it("is answered with its output, also a second time", async () => {
    await claimRun(folder, "a", "run");
    await endRun(folder, "a", { code: 4, frames: [{ kind: "remark", line: "x" }] });
    for (const _ of [1, 2]) expect(await ask("a")).toEqual([4, [{ kind: "remark", line: "x" }]]);
  });

  it("cancels a run that was never begun, and not a run with a damaged record", async () => {
    expect(await ask("b")).toEqual([1, [{ kind: "never-begun" }]]);
    expect(await claimRun(folder, "b", "run")).toEqual({ ok: true, value: false });
    expect(await ask("b")).toEqual([1, [{ kind: "never-begun" }]]);
    for (const [at, text] of ["", '{"state":"run', "null", '{"state":"done"}', "\0\0"].entries()) {
      writeFileSync(join(folder, `c${at}.json`), text);
      expect([at, await ask(`c${at}`)]).toMatchObject([
        at,
        [1, [{ kind: "problems", problems: [{ code: "incomplete" }] }]],
      ]);
      expect(await claimRun(folder, `c${at}`, "run")).toEqual({ ok: true, value: false });
    }
  });
});
