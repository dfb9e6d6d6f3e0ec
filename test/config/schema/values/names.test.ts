import { describe, expect, it } from "vitest";
import { nameLike, namePattern } from "../../../../src/config/schema/values/names.ts";

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
