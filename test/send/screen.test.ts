import { describe, expect, it } from "vitest";
import { presets } from "../../src/runtimes/presets.ts";
import { hesitationOn } from "../../src/send/prompt.ts";
import { screenRows, type Screen } from "../../src/send/screen.ts";
import { isStranded, showsText } from "../../src/send/verdict.ts";

const line = "─".repeat(20);
const claude = presets.claude.screen;
const screen = (rows: readonly string[], cursorRow = rows.length - 1): Screen => ({
  rows: screenRows(rows.join("\n")),
  cursorRow,
});

describe("a captured screen", () => {
  it("has rows without sequences, and knows which characters are faint or reversed", () => {
    const rows = screenRows(
      "a\u001b[38;5;2mb\u001b[2mc\nd\u001b[0me\u001b[7mf\u001b[27m \u001b]8;;x\u001b\\g\u001b]8;;\u001b\\",
    );
    expect(rows).toEqual([
      { text: "abc", firm: "ab" },
      { text: "def g", firm: " e  g" },
    ]);
  });

  it("does not take the number of a colour for an attribute", () => {
    expect(screenRows("\u001b[38;5;2;48;2;7;7;7mx")).toEqual([{ text: "x", firm: "x" }]);
  });
});

describe("a screen before a send", () => {
  it("is no reason to hesitate with an empty prompt, a placeholder, or a program without a preset", () => {
    expect(hesitationOn(screen(["> old text", line, "❯\u00a0", line]), claude, undefined)).toBeUndefined();
    expect(
      hesitationOn(
        screen([line, "❯\u00a0\u001b[7mT\u001b[27m\u001b[2mry a task\u001b[22m", line]),
        claude,
        undefined,
      ),
    ).toBeUndefined();
    expect(hesitationOn(screen(["❯ a draft"]), undefined, undefined)).toBeUndefined();
  });

  it("holds a draft if somebody has begun a text", () => {
    expect(hesitationOn(screen(["> old", line, "❯\u00a0fix the", line]), claude, undefined)).toEqual({
      reason: "draft",
      row: "❯\u00a0fix the",
    });
  });

  it("asks a question as long as nothing but its choices stands below", () => {
    const question = ["Bash(rm -rf build)", "│ Do you want to proceed? │", "│ ❯ 1. Yes │", "│   2. No │"];
    expect(hesitationOn(screen(question), claude, undefined)).toEqual({
      reason: "question",
      row: "│ Do you want to proceed? │",
    });
    expect(hesitationOn(screen([...question, line, "❯ ", line]), claude, undefined)).toBeUndefined();
    expect(
      hesitationOn(screen([...question, ...Array.from({ length: 20 }, () => "text")]), claude, undefined),
    ).toBeUndefined();
  });

  it("tells the prompt in use of a program that prints line by line by the cursor", () => {
    const { screen: shell } = presets.shell;
    expect(hesitationOn(screen(["me@host:~$ sleep 100", ""]), shell, undefined)).toBeUndefined();
    expect(hesitationOn(screen(["me@host:~$ rm -rf"]), shell, undefined)?.reason).toBe("draft");
    expect(hesitationOn(screen(["me@host:~$"]), shell, undefined)).toBeUndefined();
    const { screen: aider } = presets.aider;
    expect(hesitationOn(screen(["Add file? (Y)es/(N)o [Yes]:"]), aider, undefined)?.reason).toBe("question");
    expect(hesitationOn(screen(["Add file? (Y)es/(N)o [Yes]: y", "> "]), aider, undefined)).toBeUndefined();
  });
});

describe("a report that an agent waits", () => {
  const report = { state: "waiting", reason: "Bash(make)" } as const;

  it("is a question of a program with dialogs, unless the screen shows an empty prompt", () => {
    const asks = { reason: "question", row: "Bash(make)" };
    expect(hesitationOn(screen(["Allow it?"]), claude, report)).toEqual(asks);
    expect(hesitationOn(screen(["❯ do it", "● Allow it?"]), claude, report)).toEqual(asks);
    expect(hesitationOn(screen(["which branch?"]), presets.shell.screen, report)).toBeUndefined();
    expect(hesitationOn(screen(["which branch?"]), undefined, report)).toBeUndefined();
    expect(hesitationOn(screen([line, "❯ ", line]), claude, report)).toBeUndefined();
    expect(hesitationOn(screen(["Allow it?"]), claude, { ...report, state: "working" })).toBeUndefined();
  });

  it("has no words of its own if the screen shows the question", () => {
    const question = ["│ Do you want to proceed? │", "│ ❯ 1. Yes │"];
    expect(hesitationOn(screen(question), claude, report)?.row).toBe("│ Do you want to proceed? │");
  });
});

describe("a screen after a send", () => {
  const before = screen(["> run the tests", line, "❯ ", line]);

  it("shows the text if it is there more often than before, however it is wrapped and framed", () => {
    expect(showsText("run the tests", before, before)).toBe(false);
    expect(showsText("run the tests", before, screen(["> run the tests", "> run the", "│  tests │"]))).toBe(
      true,
    );
    expect(showsText("a very long text ".repeat(20), before, screen(["a very long text ".repeat(20)]))).toBe(
      true,
    );
  });

  it("shows a long paste by the note of the program", () => {
    expect(showsText("x\n".repeat(30), before, screen(["> [Pasted text #1 +30 lines]"]))).toBe(true);
    expect(showsText("x\n".repeat(30), before, screen(["› [Pasted Content 2048 chars]"]))).toBe(true);
  });

  it("has a text without its Enter if the last prompt still holds it", () => {
    expect(isStranded("run the tests", screen([line, "❯ run the tests", line]), claude)).toBe(true);
    expect(isStranded("x\ny", screen(["> [Pasted text #1 +30 lines]"]), claude)).toBe(true);
    expect(isStranded("run the tests", screen(["> run the tests", line, "❯ ", line]), claude)).toBe(false);
    expect(isStranded("run", screen(["$ run", "ok"]), presets.shell.screen)).toBe(false);
    expect(isStranded("run the tests", screen(["❯ run the tests"]), undefined)).toBe(false);
  });
});
