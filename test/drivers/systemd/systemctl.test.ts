import { describe, expect, it } from "vitest";
import { readSystemctl } from "../../../src/drivers/systemd/systemctl.ts";
import { daemonReload, runVerb } from "../../../src/drivers/systemd/verbs.ts";
import type { CommandOutcome } from "../../../src/system/command.ts";
import { answering, exited } from "../../support/drivers/fake-exec.ts";

/** Messages of systemctl about units with another job or state than the requested one (systemd 252). */
const jobFailures = [
  `Job for t@a.service failed because start of the service was attempted too often.
See "systemctl --user status t@a.service" and "journalctl --user -xeu t@a.service" for details.
To force a start use "systemctl --user reset-failed t@a.service"
followed by "systemctl --user start t@a.service" again.`,
  "Job for slow.service failed because a timeout was exceeded.",
  "Job for slow.service canceled.",
  "A dependency job for g.service failed. See 'journalctl -xe' for details.",
  "Failed to start nosuch.service: Unit nosuch.service not found.",
  "Failed to restart nosuch.service: Unit nosuch.service not found.",
  "Failed to stop nosuch.service: Unit nosuch.service not loaded.",
  "Failed to start masked.service: Unit masked.service is masked.",
  "Failed to reset failed state of unit nosuch.service: Unit nosuch.service not loaded.",
];

/** Messages of systemctl without a user manager (systemd 252). */
const noManager = [
  "Failed to connect to bus: No such file or directory",
  "Failed to connect to bus: No medium found",
  "Failed to connect to user scope bus via local transport: No such file or directory",
  "Failed to connect to bus: $DBUS_SESSION_BUS_ADDRESS and $XDG_RUNTIME_DIR not defined (consider using --machine=<user>@.host --user to connect to bus of other user)",
];

async function codeOf(outcome: CommandOutcome): Promise<string | undefined> {
  const read = await readSystemctl(answering(outcome).exec, ["list-units"]);
  return read.ok ? undefined : read.diagnostics[0]?.code;
}

describe("systemctl", () => {
  it.each(jobFailures)("has done its work if it says: %s", async (stderr) => {
    expect(
      await runVerb(answering(exited(1, "", `${stderr}\n`)).exec, "start", ["a.service"], 1000),
    ).toMatchObject({
      ok: true,
    });
  });

  it.each([
    "Warning! D-Bus connection terminated.\nFailed to wait for response: Connection reset by peer",
    "Failed to stop a.service: Connection reset by peer",
    "Failed to stop a.service: Transport endpoint is not connected",
    "Failed to stop a.service: Connection timed out",
  ])("has not done its work if it has lost the manager: %s", async (stderr) => {
    const stopped = await runVerb(answering(exited(1, "", stderr)).exec, "stop", ["a.service"], 1000);
    expect(stopped).toMatchObject({ ok: false, diagnostics: [{ code: "command-failed" }] });
  });

  it.each(noManager)("has no user manager if it says: %s", async (stderr) => {
    expect(await codeOf(exited(1, "", `${stderr}\n`))).toBe("no-user-manager");
    const started = await runVerb(answering(exited(1, "", stderr)).exec, "start", ["a.service"], 1000);
    expect(started).toMatchObject({ ok: false, diagnostics: [{ code: "no-user-manager", detail: stderr }] });
  });

  it("reports any other failure with its command, exit status and last line", async () => {
    const failed = await readSystemctl(answering(exited(1, "", "one\nUnknown command verb bogus.\n")).exec, [
      "bogus",
    ]);
    expect(failed).toMatchObject({
      diagnostics: [
        {
          code: "command-failed",
          summary: "systemctl --user bogus failed with exit status 1",
          detail: "Unknown command verb bogus.",
        },
      ],
    });
  });

  it("differs from one that is missing, hangs or was killed", async () => {
    expect(await codeOf({ kind: "not-found" })).toBe("missing-program");
    expect(await codeOf({ kind: "timed-out", timeoutMs: 20_000, stderr: "" })).toBe("command-timeout");
    expect(await codeOf({ kind: "killed", signal: "SIGKILL", stderr: "" })).toBe("command-failed");
    expect(await codeOf({ kind: "not-started", message: "EMFILE" })).toBe("command-failed");
    expect(await codeOf(exited(0, "fine"))).toBeUndefined();
  });

  it("does not take a failed reload as done", async () => {
    const reloaded = await daemonReload(
      answering(exited(1, "", "Failed to reload daemon: Access denied")).exec,
    );
    expect(reloaded).toMatchObject({ ok: false, diagnostics: [{ code: "command-failed" }] });
  });

  it("gets units by name, all in one call, and no name can be an option", async () => {
    const { exec, commands } = answering(exited(0, ""));
    await runVerb(exec, "restart", ["a.service", "b.service"], 1234);
    expect(commands).toEqual([
      {
        file: "systemctl",
        args: ["--user", "--no-ask-password", "restart", "--", "a.service", "b.service"],
        timeoutMs: 1234,
        isLook: false,
        keepsLock: true,
      },
    ]);
  });
});
