import { describe, expect, it } from "vitest";
import { expandHome, normalizePath } from "../../src/text/paths.ts";

describe("A path", () => {
  it.each([
    ["/a/b", "/a/b"],
    ["/a/b/", "/a/b"],
    ["//a///b//", "/a/b"],
    ["/a/./b/././c", "/a/b/c"],
    ["/a/.", "/a"],
    ["/", "/"],
    ["//", "/"],
    ["/.", "/"],
    ["/a/.b/..c/...", "/a/.b/..c/..."],
    ["/a/link/../b", "/a/link/../b"],
  ])("gets a hint: %s is %s", (path, expected) => {
    expect(normalizePath(path)).toBe(expected);
    expect(normalizePath(expected)).toBe(expected);
  });

  it.each([
    ["~", "/home/ada"],
    ["~/", "/home/ada"],
    ["~//w/", "/home/ada/w"],
    ["/srv//w/", "/srv/w"],
  ])("below a home: %s is %s", (path, expected) => {
    expect(expandHome(path, "/home/ada")).toBe(expected);
  });
});
