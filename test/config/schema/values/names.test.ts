import { describe, expect, it } from "vitest";
import {
  branchPattern,
  hasControlCharacter,
  hasUnusableCharacter,
  innerPathPattern,
  nameLike,
  namePattern,
} from "../../../../src/config/schema/values/names.ts";

describe("a name like a text", () => {
  it.each([
    ["feature/login", "feature-login"],
    ["my agent", "my-agent"],
    ["über", "uber"],
    ["Zoë's façade", "Zoe-s-facade"],
    ["-x", "x"],
    ["日本", ""],
    ["a".repeat(80), "a".repeat(63)],
  ])("of %s is %s", (text, name) => {
    expect(nameLike(text)).toBe(name);
    if (name !== "") expect(name).toMatch(namePattern);
  });
});

describe("the characters of Unicode", () => {
  it("are refused by the patterns without tables as by those with tables", () => {
    const samples = [0x1_f600, 0x1_ffff, 0x10_ffff, 0xd800, 0xdc00, 0xfdd0, 0xfeff, 0xfffe];
    const codes = [...Array.from({ length: 0x2100 }, (_, code) => code), ...samples];
    const matching = (isOne: (character: string) => boolean) =>
      codes.filter((code) => isOne(String.fromCodePoint(code)));
    const isControl = (character: string): boolean => /\p{Cc}/u.test(character);
    expect(matching((character) => hasControlCharacter(`a${character}`))).toEqual(
      matching((character) => /[\p{Cc}\u2028\u2029]/u.test(character)),
    );
    expect(matching((character) => hasUnusableCharacter(`a${character}`))).toEqual(
      matching((character) => /[\0\p{Surrogate}\p{Noncharacter_Code_Point}]/u.test(character)),
    );
    expect(matching((character) => !innerPathPattern.test(`a${character}b`))).toEqual(matching(isControl));
    expect(matching((character) => !branchPattern.test(`a${character}b`))).toEqual(
      matching((character) => isControl(character) || /[\s~^:?*[\\]/u.test(character)),
    );
  });
});
