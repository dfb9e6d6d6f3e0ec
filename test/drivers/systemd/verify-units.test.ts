import { describe, expect, it } from "vitest";
import { parseFindings, verifyUnits } from "../../../src/drivers/systemd/verify-units.ts";
import type { Command, CommandOutcome } from "../../../src/system/command.ts";

/** Messages of systemd 252 about units with such faults. */
const said = `/tmp/s/systemd/user/mosaic-agent@a.service.d/50-fleet.conf:3: Failed to parse service restart specifier, ignoring: often
/tmp/s/systemd/user/mosaic-agent@.service:6: Unknown key 'Restrat' in section [Service], ignoring.
/tmp/s/systemd/user/mosaic-agent@.service:6: Unknown key 'Restrat' in section [Service], ignoring.
mosaic-agent@a.service: Command /no/such is not executable: No such file or directory
/usr/lib/systemd/user/dbus.socket:7: Something of the machine's own.
Unit mosaic-tmux-holder.service has a bad unit file setting.
Failed to open /dev/tty: No such device
`;

describe("systemd-analyze verify", () => {
  it("is read line by line, each finding once", () => {
    expect(parseFindings(said, "/tmp/s/systemd/user")).toEqual([
      {
        unit: "mosaic-agent@a.service",
        dropIn: "50-fleet.conf",
        line: 3,
        message: "Failed to parse service restart specifier, ignoring: often",
      },
      {
        unit: "mosaic-agent@.service",
        dropIn: undefined,
        line: 6,
        message: "Unknown key 'Restrat' in section [Service], ignoring.",
      },
      {
        unit: "mosaic-agent@a.service",
        dropIn: undefined,
        line: undefined,
        message: "Command /no/such is not executable: No such file or directory",
      },
      { unit: "dbus.socket", dropIn: undefined, line: 7, message: "Something of the machine's own." },
      {
        unit: "mosaic-tmux-holder.service",
        dropIn: undefined,
        line: undefined,
        message: "has a bad unit file setting.",
      },
    ]);
  });

  const answering = (outcome: CommandOutcome) => {
    const commands: Command[] = [];
    const exec = (command: Command) => {
      commands.push(command);
      return Promise.resolve(outcome);
    };
    return { commands, exec };
  };
  const exited = (code: number, stderr: string): CommandOutcome => ({
    kind: "exited",
    code,
    stdout: "",
    stderr,
  });

  it("needs one process for a thousand units, and sees the machine's own units after the fleet's", async () => {
    const { commands, exec } = answering(exited(0, ""));
    const units = Array.from({ length: 1000 }, (_, index) => `mosaic-agent@${index}.service`);
    expect(await verifyUnits(exec, "/s", "/s/run", units)).toEqual({ ok: true, value: [] });
    expect(commands).toHaveLength(1);
    expect(commands[0]).toMatchObject({
      file: "systemd-analyze",
      env: { XDG_CONFIG_HOME: "/s", SYSTEMD_UNIT_PATH: "/s/systemd/user:" },
    });
  });

  it("causes no finding and no failure if it is missing", async () => {
    const { exec } = answering({ kind: "not-found" });
    expect(await verifyUnits(exec, "/s", "/s/run", ["a.service"])).toEqual({ ok: true, value: undefined });
  });

  it("has verified nothing if it fails without a finding", async () => {
    const { exec } = answering(exited(1, "Failed to initialize manager: No such device or address\n"));
    expect(await verifyUnits(exec, "/s", "/s/run", ["a.service"])).toMatchObject({
      ok: false,
      diagnostics: [
        { code: "command-failed", detail: "Failed to initialize manager: No such device or address" },
      ],
    });
  });
});
