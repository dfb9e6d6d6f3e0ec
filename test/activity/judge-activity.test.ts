import { describe, expect, it } from "vitest";
import { parseReport, shortReason, type ActivityReport } from "../../src/activity/activity.ts";
import { judgeActivity, type Evidence } from "../../src/activity/judge-activity.ts";
import { presets } from "../../src/runtimes/presets.ts";

const nowMs = 1_000_000;
const prompt = ["● Done.", "────", "❯\u00a0", "────"];
const busy = ["✻ Thinking… (2s · esc to interrupt)"];
const question = [" Bash command", " Do you want to proceed?", " ❯ 1. Yes", "   2. No"];
const limit = ["You've hit your session limit · resets 3pm", ...prompt];

/** Returns `STATE by SOURCE`, with the reason. */
function judged(
  evidence: Omit<Partial<Evidence>, "screen"> & {
    readonly rows?: readonly string[];
    readonly title?: string;
    readonly hasRung?: boolean;
  },
): string {
  const { rows, title = "", hasRung = false, ...others } = evidence;
  const screen = rows === undefined ? undefined : { rows, title, hasRung };
  const { state, reason, source } = judgeActivity({
    report: undefined,
    preset: presets.claude,
    quietMs: 0,
    nowMs,
    ...others,
    screen,
  });
  return `${state} by ${source}${reason === undefined ? "" : `: ${reason}`}`;
}

const said = (state: ActivityReport["state"]): ActivityReport => ({
  state,
  reason: undefined,
  program: undefined,
  sinceMs: 5,
});

describe("The activity of an agent", () => {
  it.each<[string, Parameters<typeof judged>[0]]>([
    ["working by hook", { report: said("working"), rows: busy }],
    ["working by hook", { report: said("working"), rows: prompt, quietMs: 5_000 }],
    ["idle by screen", { report: said("working"), rows: prompt, quietMs: 11_000 }],
    ["working by hook", { report: said("working"), rows: busy, quietMs: 60_000 }],
    [
      "waiting by screen: Do you want to proceed?",
      { report: said("working"), rows: question, quietMs: 11_000 },
    ],
    ["waiting by hook", { report: said("waiting"), rows: question, quietMs: 60_000 }],
    ["working by screen", { report: said("waiting"), rows: busy, quietMs: 2_000 }],
    ["idle by screen", { report: said("waiting"), rows: prompt, quietMs: 11_000 }],
    ["idle by hook", { report: said("idle"), rows: prompt, quietMs: 60_000 }],
    ["limited by hook: until 3pm", { report: said("idle"), rows: limit }],
    ["working by screen", { report: said("idle"), rows: busy, quietMs: 2_000 }],
    ["idle by hook", { report: said("idle"), preset: undefined }],
    ["waiting by screen: Do you want to proceed?", { rows: question }],
    ["working by screen", { rows: busy }],
    ["limited by screen: until 3pm", { rows: limit, quietMs: 5_000 }],
    [
      "waiting by hook",
      {
        report: said("waiting"),
        rows: ["You've hit your session limit", "❯ ask", "Which one?"],
        quietMs: 3_000,
      },
    ],
    // The work went on after the limit. A draft is no sign of that.
    ["idle by hook", { report: said("idle"), rows: ["You've hit your session limit", "❯ go on", ...prompt] }],
    ["limited by hook", { report: said("idle"), rows: ["You've hit your session limit", "❯ go on"] }],
    ["idle by screen", { rows: prompt, quietMs: 5_000 }],
    ["unknown by quiet", { rows: prompt }],
    ["unknown by quiet", { rows: ["some output"], quietMs: 600_000 }],
    ["working by title", { rows: prompt, title: "⠐ Fix the tests", quietMs: 5_000 }],
    ["unknown by quiet", { quietMs: 600_000 }],
    ["idle by screen", { rows: ["He asks: Do you want to proceed?", ...prompt], quietMs: 5_000 }],
  ])("is %s", (wanted, evidence) => {
    expect(judged(evidence)).toBe(wanted);
  });

  it("follows from the bell, even right after a report that a turn is over, unless the prompt is there", () => {
    const { codex } = presets;
    const asked = { preset: codex, report: { ...said("idle"), sinceMs: nowMs }, rows: ["Which way?"] };
    expect(judged({ ...asked, hasRung: true })).toBe("waiting by bell");
    expect(judged(asked)).toBe("idle by hook");
    expect(judged({ ...asked, hasRung: true, rows: ["› Explain"] })).toBe("idle by hook");
    expect(judged({ preset: codex, rows: ["› Explain"], hasRung: true, quietMs: 5_000 })).toBe(
      "idle by screen",
    );
  });

  it("is read from the file of the hook", () => {
    expect(parseReport("waiting 12 345\nBash(rm -rf build)\n", 7)).toEqual({
      state: "waiting",
      reason: "Bash(rm -rf build)",
      program: "12 345",
      sinceMs: 7,
    });
    expect(parseReport("idle 12 345\n\n", 7)).toMatchObject({ state: "idle", reason: undefined });
    expect(parseReport("", 7)).toBeUndefined();
    expect(parseReport("sleeping 1 2\n", 7)).toBeUndefined();
    expect(shortReason(`a\u001b[31m\t${"b".repeat(80)}`)).toHaveLength(60);
  });
});
