import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { CommandOutcome } from "../../system/command.ts";
import type { Exec } from "../../system/exec.ts";
import { lastLine } from "../../text/last-line.ts";
import { explainOutcome } from "../explain-outcome.ts";

/** A reading call is one bus message: this is far more than it needs even on a machine that swaps. */
export const readTimeoutMs = 20_000;

/** Runs `systemctl --user ARGS…` and returns its stdout; any exit status except 0 is a failure. */
export async function readSystemctl(
  exec: Exec,
  args: readonly string[],
  { isLook = false } = {},
): Promise<Result<string>> {
  const outcome = await runSystemctl(exec, args, readTimeoutMs, { isLook });
  if (outcome.kind === "exited" && outcome.code === 0) {
    return isIgnoring(outcome) ? ignored(outcome.stderr) : ok(outcome.stdout);
  }
  return explainSystemctl(outcome, args);
}

/**
 * Returns true if systemctl exited with 0 but did nothing: in a chroot and with SYSTEMD_OFFLINE=1 it only
 * prints "Running in chroot, ignoring command …" (verbs/systemctl of systemd 252).
 */
function isIgnoring({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): boolean {
  return stdout.trim() === "" && /ignoring (?:command|request)/i.test(stderr);
}

function ignored<T>(stderr: string): Result<T> {
  return fail("no-user-manager", "systemctl does not ask the user manager here", {
    detail: `It says: ${lastLine(stderr)}. The state of the units is unknown, so nothing was changed.`,
    hint: "unset SYSTEMD_OFFLINE, or run fleet outside of the chroot",
  });
}

/** Runs `systemctl --user ARGS…` without judging the outcome. */
export function runSystemctl(
  exec: Exec,
  args: readonly string[],
  timeoutMs: number,
  { isLook = false } = {},
): Promise<CommandOutcome> {
  const command = { file: "systemctl", args: ["--user", "--no-ask-password", ...args], timeoutMs };
  return exec({ ...command, isLook, keepsLock: !isLook });
}

/** Describes the failure of a systemctl call for people. */
export function explainSystemctl<T>(outcome: CommandOutcome, args: readonly string[]): Result<T> {
  const command = `systemctl --user ${args[0] ?? ""}`.trim();
  switch (outcome.kind) {
    case "not-found":
      return fail("missing-program", "systemctl was not found", {
        hint: "install systemd; mosaic-fleet runs agents as systemd user units",
      });
    case "timed-out":
      return fail("command-timeout", `${command} did not answer within ${outcome.timeoutMs / 1000} s`, {
        detail: isReading(args)
          ? "The state of the units is unknown, so nothing was changed."
          : "systemd continues with it; the actions that depend on it were skipped.",
        hint: "look at `systemctl --user status`: the user manager may hang",
      });
    case "killed":
    case "not-started":
      return explainOutcome(command, outcome);
    case "exited":
      if (isNoManager(outcome.stderr)) return noManager(lastLine(outcome.stderr));
      return explainOutcome(command, outcome);
  }
}

function isReading([verb]: readonly string[]): boolean {
  return verb === "list-units" || verb === "list-jobs" || verb === "show";
}

/** Returns true for systemctl's words for a missing or silent bus (seen with systemd 252). */
function isNoManager(stderr: string): boolean {
  return /Failed to connect to (?:bus|user scope bus)|\$DBUS_SESSION_BUS_ADDRESS|\$XDG_RUNTIME_DIR|Failed to get D-Bus/.test(
    stderr,
  );
}

/** Explains how to get a user manager; `detail` is the evidence for its absence. */
export function noManager<T>(detail: string | undefined): Result<T> {
  return fail("no-user-manager", "no systemd user manager answers", {
    detail,
    hint:
      "log in as this user (ssh or a console, not su), or run `sudo loginctl enable-linger $USER`; " +
      "to try mosaic-fleet without one: `fleet sandbox -- bash`",
  });
}
