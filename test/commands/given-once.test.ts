import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { cli } from "../support/rig/outer.ts";

const fleet = (...args: readonly string[]) =>
  spawnSync(process.execPath, [cli, ...args], { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });

describe("An option that takes one value", () => {
  it.each([
    ["apply", "-f", "fleet.yaml", "--file", "host.yaml"],
    ["apply", "-f", "fleet.yaml", "--file=host.yaml"],
    ["plan", "--out", "fleet.yaml", "--out", "host.yaml"],
    ["plan", "--against", "fleet.yaml", "--against=host.yaml"],
    ["render", "--out=fleet.yaml", "--out=host.yaml"],
    ["suspend", "a", "--until", "fleet.yaml", "--until", "host.yaml"],
    ["validate", "-ffleet.yaml", "-fhost.yaml"],
  ])("is refused with a second value, and both are named: fleet %s %s %s %s %s", (...args) => {
    const { status, stderr } = fleet(...args);
    expect(stderr).toMatch(/^Error: option '.*' was given twice: fleet\.yaml and host\.yaml/);
    expect(status).toBe(64);
  });

  it.each([
    ["plan", "--format", "text", "--format", "markdown"],
    ["apply", "--lock-timeout", "1s", "--lock-timeout", "2s"],
    ["apply", "--wait-idle", "1s", "--wait-idle", "2s"],
    ["watch", "--debounce", "1s", "--debounce", "2s"],
  ])("is also refused if the values are not text: fleet %s %s %s %s %s", (...args) => {
    const { status, stderr } = fleet(...args);
    expect(stderr).toContain("was given twice");
    expect(status).toBe(64);
  });

  it("may be repeated with the same value, as from an alias and a person together", () => {
    const { status, stderr } = fleet("validate", "-f", "/nowhere/fleet.yaml", "-f", "/nowhere/fleet.yaml");
    expect(stderr).toContain("there is no file /nowhere/fleet.yaml");
    expect(status).toBe(1);
  });

  it("is refused as JSON with --json", () => {
    const { status, stdout } = fleet("plan", "--json", "-f", "a.yaml", "-f", "b.yaml");
    expect(status).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({
      diagnostics: [{ code: "bad-usage", summary: expect.stringContaining("a.yaml and b.yaml") as string }],
    });
  });
});
