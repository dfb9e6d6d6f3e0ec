import { describe, expect, it } from "vitest";
import { parsePaths } from "../../../src/drivers/systemd/unit-path.ts";

describe("UnitPath= as systemctl prints it", () => {
  it("has a space between paths, and quotes around those that hold more than plain characters", () => {
    // Captured with systemd 252.
    const line =
      '"/run/My Home/.config/systemd/user" /run/user/1000/systemd/user "/run/dollar\\$HOME/x" "/run/quo\\"te/x" "/run/CORP\\\\ada/x"\n';
    expect(parsePaths(line)).toEqual([
      "/run/My Home/.config/systemd/user",
      "/run/user/1000/systemd/user",
      "/run/dollar$HOME/x",
      '/run/quo"te/x',
      "/run/CORP\\ada/x",
    ]);
    expect(parsePaths("")).toEqual([]);
  });
});
