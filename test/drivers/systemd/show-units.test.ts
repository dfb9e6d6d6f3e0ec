import { describe, expect, it } from "vitest";
import { parseShowUnits, showUnits } from "../../../src/drivers/systemd/show-units.ts";
import { answering, exited } from "../../support/drivers/fake-exec.ts";

/** Output of systemd 252 for a running unit, one that exited with 3, one killed with -9, one never loaded, and one without a runtime folder. */
const captured = `Result=success
ExecMainExitTimestampMonotonic=0
ExecMainCode=0
ExecMainStatus=0
Id=mosaic-agent@ok.service

Result=exit-code
ExecMainExitTimestampMonotonic=5765636211
InactiveExitTimestampMonotonic=5765636000
InvocationID=37c4bc956c0a4c108695cabe1b3aae77
ExecMainCode=1
ExecMainStatus=3
Id=mosaic-agent@bad.service

Result=signal
ExecMainExitTimestampMonotonic=5765636215
ExecMainCode=2
ExecMainStatus=9
Id=mosaic-agent@killed.service

Result=success
ExecMainExitTimestampMonotonic=0
ExecMainCode=0
ExecMainStatus=0
Id=mosaic-agent@never.service

Result=exit-code
ExecMainExitTimestampMonotonic=0
ExecMainCode=0
ExecMainStatus=0
ExecStart={ path=/home/a/start.sh ; argv[]=/home/a/start.sh folder ; ignore_errors=no ; start_time=[Mon 2026-11-30 21:15:10 UTC] ; stop_time=[Mon 2026-11-30 21:15:10 UTC] ; pid=91 ; code=exited ; status=233 }
Id=mosaic-agent@folder.service
`;

describe("systemctl show", () => {
  it("is read as the end of each unit's last run", () => {
    expect(parseShowUnits(captured)).toEqual([
      {
        unit: "mosaic-agent@ok.service",
        result: "success",
        exitStatus: undefined,
        startedUs: 0,
        invocation: "",
      },
      {
        unit: "mosaic-agent@bad.service",
        result: "exit-code",
        exitStatus: 3,
        startedUs: 5_765_636_000,
        invocation: "37c4bc956c0a4c108695cabe1b3aae77",
      },
      {
        unit: "mosaic-agent@killed.service",
        result: "signal",
        exitStatus: 137,
        startedUs: 0,
        invocation: "",
      },
      {
        unit: "mosaic-agent@never.service",
        result: "success",
        exitStatus: undefined,
        startedUs: 0,
        invocation: "",
      },
      {
        unit: "mosaic-agent@folder.service",
        result: "exit-code",
        exitStatus: undefined,
        startedUs: 0,
        invocation: "",
        setupStatus: 233,
      },
    ]);
  });

  it("ignores garbage", () => {
    expect(parseShowUnits("")).toEqual([]);
    expect(parseShowUnits("no such thing\n\nneither=this\n")).toEqual([]);
  });

  it("is not run without units", async () => {
    const { exec, commands } = answering(exited(0, captured));
    expect(await showUnits(exec, [])).toEqual({ ok: true, value: [] });
    expect(commands).toEqual([]);
  });
});
