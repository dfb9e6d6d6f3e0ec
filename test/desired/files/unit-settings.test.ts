import { describe, expect, it } from "vitest";
import { unitSettings } from "../../../src/desired/files/unit-settings.ts";

describe("The assignments of a unit file", () => {
  it("are those that systemd reads: without comments and X- sections, with continued lines joined", () => {
    const text = [
      "# a comment = no",
      "[Service]",
      "Environment=A=1 \\",
      "; between",
      "  B=2",
      "MemoryMax = 5M ",
      "ExecStart=",
      "[X-Fleet]",
      "Digest=1",
      "[Unit]",
      "After=b.service",
    ].join("\n");
    expect(unitSettings(text)).toEqual([
      { name: "Environment", value: "A=1    B=2" },
      { name: "MemoryMax", value: "5M" },
      { name: "ExecStart", value: "" },
      { name: "After", value: "b.service" },
    ]);
  });
});
