import { describe, expect, it } from "vitest";
import {
  cpuQuotaPattern,
  isUsableMemorySize,
  memorySizePattern,
  suggestMemorySize,
  suggestTerminalSize,
  terminalSizePattern,
} from "../../../../src/config/schema/values/sizes.ts";

const isMemorySize = (text: string) => memorySizePattern.test(text) && isUsableMemorySize(text);

// Each of the lists was held against `systemd-analyze verify` of systemd 252.

describe("memory sizes", () => {
  it.each(["8G", "512M", "1.5G", "1024K", "1048576", "15E", "50%", "12.5%", "100%", "infinity"])(
    "may be %s",
    (text) => {
      expect(isMemorySize(text)).toBe(true);
    },
  );

  it.each([
    "8g",
    "8GB",
    "8GiB",
    "1e9",
    "-1",
    "0x10",
    ".5G",
    "0",
    "0%",
    "150%",
    "12.345%",
    "16E",
    "",
    "Infinity",
  ])("may not be %j, which systemd ignores", (text) => {
    expect(isMemorySize(text)).toBe(false);
  });

  it.each(["8", "1023K", "0.5M"])("may not be %s, in which nothing runs", (text) => {
    expect(isMemorySize(text)).toBe(false);
  });

  it.each([
    ["8GB", "8G"],
    ["8 GiB", "8G"],
    ["8g", "8G"],
    ["8XB", undefined],
    ["8G", undefined],
  ])("are suggested for %s: %s", (text, guess) => {
    expect(suggestMemorySize(text)).toBe(guess);
  });
});

describe("CPU quotas", () => {
  it.each(["200%", "12.5%", "0.01%"])("may be %s", (text) => {
    expect(cpuQuotaPattern.test(text)).toBe(true);
  });

  it.each(["200", "12.345%", "-5%", "50 %", ".5%", "infinity", "99999999%"])("may not be %s", (text) => {
    expect(cpuQuotaPattern.test(text)).toBe(false);
  });
});

describe("terminal sizes", () => {
  it.each(["200x50", "80x24", "10x1", "9999x9999"])("may be %s", (text) => {
    expect(terminalSizePattern.test(text)).toBe(true);
  });

  it.each(["200", "200x", "x50", "0x0", "1x1", "80x0", "080x24", "10000x50", "-80x24", "80x24;", "#{x}x1"])(
    "may not be %s",
    (text) => {
      expect(terminalSizePattern.test(text)).toBe(false);
    },
  );

  it.each(["200X50", "200 x 50", "200,50", "200 50", "200×50", "200*50"])("are guessed from %s", (text) => {
    expect(suggestTerminalSize(text)).toBe("200x50");
  });
});
