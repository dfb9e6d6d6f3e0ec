import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longestLine, maxTextBytes, textToSend } from "../../src/send/text.ts";

const sent = (text: string, keepsEnd = false) => textToSend(Buffer.from(text), "the text", keepsEnd);
const problemOf = (bytes: Uint8Array): string => {
  const result = textToSend(bytes, "task.md", false);
  return result.ok ? "" : (result.diagnostics[0]?.summary ?? "");
};

const signs = ["a", " ", "\n", "\r", "\t", "\u001b", "[201~", "\u0085", "\u007f", "é", "日", "🙂", "\\", ";"];

describe("a text to send", () => {
  it("stays as it is, with all signs of a shell, tabs and UTF-8", () => {
    const text = "a;b $HOME \"x\" 'y' `z` \\ #{pid} ${x}\n\tünïcödé 日本 🙂;";
    expect(sent(text)).toEqual({ ok: true, value: text });
  });

  it("loses the line feeds at its end, unless they are kept, and CRLF becomes LF", () => {
    expect(sent("a\r\nb\r\n\n")).toEqual({ ok: true, value: "a\nb" });
    expect(sent("a\r\nb\r\n\n", true)).toEqual({ ok: true, value: "a\nb\n\n" });
  });

  it("has no control character, which the problem names with its place", () => {
    expect(problemOf(Buffer.from("é\nb\u001b[201~c"))).toBe(
      "task.md has a control character at byte 4, in line 2",
    );
    for (const character of ["\0", "\u0003", "\r", "\u007f", "\u009b"]) {
      expect(problemOf(Buffer.from(`a${character}b`))).toContain("control character at byte 1");
    }
  });

  it("is UTF-8, is not empty, and has an end", () => {
    expect(problemOf(Uint8Array.of(0x61, 0xff))).toBe("task.md is not UTF-8");
    expect(problemOf(Buffer.from(" \n"))).toBe("task.md is empty");
    expect(problemOf(Buffer.alloc(maxTextBytes + 1, "a"))).toBe("task.md is longer than 1 MiB");
  });

  it("arrives without a change or is refused, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...signs) }), (text) => {
        const result = sent(text, true);
        const whole = text.replaceAll("\r\n", "\n");
        expect(!result.ok || result.value === whole).toBe(true);
        expect(result.ok && /[^\P{Cc}\n\t]/u.test(result.value)).toBe(false);
      }),
    );
  });

  it("knows its longest line in bytes", () => {
    expect(longestLine("ab\nééé\nc")).toBe(6);
  });
});
