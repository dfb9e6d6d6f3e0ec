import { describe, expect, it } from "vitest";
import { hostNamedIn, withoutHost } from "../../src/hosts/host-address.ts";

describe("HOST/AGENT", () => {
  it.each([
    ["attach build1/coder-1 -r", "build1", "attach coder-1 -r"],
    ["logs -f build1/coder-* build1/x:tests", "build1", "logs -f coder-* x:tests"],
    ["exec -T build1/coder cat src/cli.ts", "build1", "exec -T coder cat src/cli.ts"],
    ["keys build1/coder-1 C-c", "build1", "keys coder-1 C-c"],
    ["send build1/a build1/b -- see a/b", "build1", "send a b -- see a/b"],
    ["send build1/a build1/b -F docs/task.md", "build1", "send a b -F docs/task.md"],
    ["send -qF docs/task.md build1/a", "build1", "send -qF docs/task.md a"],
    ["wait build2/coder-1 --timeout 10m", "build2", "wait coder-1 --timeout 10m"],
    ["events -f build1/coder-1", "build1", "events -f coder-1"],
    ["send build1/coder-1 look into src/cli.ts", "build1", "send coder-1 look into src/cli.ts"],
  ])("names the host of %s", (line, host, rest) => {
    expect(hostNamedIn(line.split(" "))).toBe(host);
    expect(withoutHost(line.split(" ")).join(" ")).toBe(rest);
  });

  it.each([
    "send coder-1 look into src/cli.ts",
    "send coder-1 --text-file docs/task.md",
    "keys coder-1 a/b",
    "exec coder cat src/cli.ts",
    "exec --host build1 coder cat src/cli.ts",
    "history -f sub/fleet.yaml",
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
