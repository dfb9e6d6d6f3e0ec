import { describe, expect, it } from "vitest";
import { hostNamedIn, withoutHost } from "../../src/hosts/host-address.ts";

describe("HOST/AGENT", () => {
  it.each([
    ["attach build1/coder-1 -r", "build1", "attach coder-1 -r"],
    ["logs -f build1/coder-* build1/x:tests", "build1", "logs -f coder-* x:tests"],
    ["send build1/coder-1 look into src/cli.ts", "build1", "send coder-1 look into src/cli.ts"],
  ])("names the host of %s", (line, host, rest) => {
    expect(hostNamedIn(line.split(" "))).toBe(host);
    expect(withoutHost(line.split(" ")).join(" ")).toBe(rest);
  });

  it.each([
    "send coder-1 look into src/cli.ts",
    "status --file sub/fleet.yaml",
    "status -f sub/fleet.yaml coder-1",
    "apply plans/monday",
    "why ./coder",
    "logs -- build1/coder-1",
    "attach build1/a build2/a",
    "status coder-1",
  ])("is not in: %s", (line) => {
    expect(hostNamedIn(line.split(" "))).toBeUndefined();
  });
});
