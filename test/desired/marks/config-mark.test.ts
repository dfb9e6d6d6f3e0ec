import { describe, expect, it } from "vitest";
import {
  changedFields,
  configMark,
  formatConfigMark,
  parseConfigMark,
} from "../../../src/desired/marks/config-mark.ts";
import { changedConfig } from "../../../src/plan/config/changed-config.ts";

const fields = new Map([
  ["workdir", "/home/ada"],
  ["command", "claude"],
  ["env.MODEL", "opus"],
]);
const before = configMark("mosaic", fields);

function withField(name: string, value: string): ReturnType<typeof configMark> {
  return configMark("mosaic", new Map([...fields, [name, value]]));
}

describe("The mark of a configuration", () => {
  it("is one line of harmless characters, without any value, that can be parsed", () => {
    const text = formatConfigMark(before);
    expect(text).toMatch(
      /^mosaic [0-9a-f]{16} command=[0-9a-f]{8} env\.MODEL=[0-9a-f]{8} workdir=[0-9a-f]{8}$/,
    );
    expect(parseConfigMark(text)).toEqual(before);
  });

  it("depends on names and values, not on their order", () => {
    expect(configMark("mosaic", new Map([...fields].toReversed()))).toEqual(before);
    expect(withField("env.MODEL", "sonnet").hash).not.toBe(before.hash);
    expect(withField("env.OTHER", "").hash).not.toBe(before.hash);
  });

  it("shows the different fields, in both directions", () => {
    const after = withField("env.MODEL", "sonnet");
    const more = withField("env.B", "1");
    expect(changedFields(before, after)).toEqual(["env.MODEL"]);
    expect(changedFields(before, more)).toEqual(["env.B"]);
    expect(changedFields(more, before)).toEqual(["env.B"]);
    expect(changedFields(before, before)).toEqual([]);
  });

  it("omits its fields if tmux would refuse a command with all of them, and still works", () => {
    const many = new Map(Array.from({ length: 1000 }, (_, index) => [`env.VARIABLE_${index}`, "x"]));
    const long = configMark("mosaic", many);
    const text = formatConfigMark(long);
    expect(text).toBe(`mosaic ${long.hash}`);
    const read = parseConfigMark(text);
    expect(read?.hash).toBe(long.hash);
    expect(read && changedConfig(read, before)).toEqual({ reason: "config-changed", fields: [] });
  });

  it.each([
    "",
    "mosaic",
    "mosaic short",
    "mosaic 0123456789abcdeg",
    "mosaic 0123456789abcdef x",
    " 0123456789abcdef",
  ])("is not read from %j", (text) => {
    expect(parseConfigMark(text)).toBeUndefined();
  });
});

describe("A change of the configuration", () => {
  it.each([
    ["command", "command-changed"],
    ["runtime", "runtime-changed"],
    ["workdir", "workdir-changed"],
    ["envFiles", "env-files-changed"],
    ["env.MODEL", "env-changed"],
    ["replica", "config-changed"],
    ["constructor", "config-changed"],
  ])("of %s is %s", (field, reason) => {
    expect(changedConfig(before, withField(field, "new"))).toEqual({ reason, fields: [field] });
  });

  it("of several variables has one reason, and of several kinds of fields the general one", () => {
    const two = configMark("mosaic", new Map([...fields, ["env.A", "1"], ["env.B", "2"]]));
    expect(changedConfig(before, two)).toEqual({ reason: "env-changed", fields: ["env.A", "env.B"] });
    const mixed = configMark("mosaic", new Map([...fields, ["env.A", "1"], ["command", "x"]]));
    expect(changedConfig(before, mixed)).toEqual({ reason: "config-changed", fields: ["command", "env.A"] });
  });
});
