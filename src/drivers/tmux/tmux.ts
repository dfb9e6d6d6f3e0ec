import { fail, type Result } from "../../diagnostics/diagnostic.ts";
import type { CommandOutcome } from "../../system/command.ts";
import type { Exec } from "../../system/exec.ts";
import { lastLine } from "../../text/last-line.ts";
import { explainOutcome } from "../explain-outcome.ts";

/** A healthy server answers in milliseconds; one at its open-file limit never does. */
const timeoutMs = 15_000;

/** Runs `tmux -N -L SOCKET ARGS…`. With -N, no call from here ever starts a server. */
export function runTmux(
  exec: Exec,
  socket: string,
  args: readonly string[],
  { isLook = false, input }: { readonly isLook?: boolean; readonly input?: Uint8Array | undefined } = {},
): Promise<CommandOutcome> {
  const command = { file: "tmux", args: ["-N", "-L", socket, ...args], timeoutMs, input };
  return exec({ ...command, isLook, keepsLock: !isLook });
}

/** Returns true for tmux's message about a socket without a listener (seen with 3.2a to 3.7). */
export function isNoServer(outcome: CommandOutcome): boolean {
  return (
    outcome.kind === "exited" &&
    outcome.code !== 0 &&
    /^(?:no server running on |error connecting to .*\((?:No such file or directory|Connection refused)\))/m.test(
      outcome.stderr,
    )
  );
}

/** Returns true for tmux's message about the target of a pane that does not exist (cmd-find.c of tmux). */
export function isNoPane(outcome: CommandOutcome): boolean {
  return outcome.kind === "exited" && outcome.stderr.includes("can't find pane");
}

/** Describes the failure of a tmux call for people. */
export function explainTmux<T>(outcome: CommandOutcome, args: readonly string[]): Result<T> {
  const command = `tmux ${args[0] ?? ""}`.trim();
  switch (outcome.kind) {
    case "not-found":
      return fail("no-tmux", "tmux was not found", {
        hint: "install tmux 3.2 or newer: `sudo apt install tmux`",
      });
    case "timed-out":
      return fail("command-timeout", `${command} did not answer within ${outcome.timeoutMs / 1000} s`, {
        detail:
          args[0] === "kill-session"
            ? "The actions that depend on it were skipped."
            : "The state of the sessions is unknown, so nothing was changed.",
        hint: "a server at its limit of open files hangs like this: see `LimitNOFILE` in the holder unit",
      });
    case "killed":
    case "not-started":
      return explainOutcome(command, outcome);
    case "exited":
      return explainExit(outcome, command);
  }
}

function explainExit<T>(outcome: Extract<CommandOutcome, { kind: "exited" }>, command: string): Result<T> {
  const { stderr } = outcome;
  if (/unknown option -- N|usage: tmux/.test(stderr)) return tooOld();
  if (isOtherVersion(stderr)) {
    return fail("tmux-other-version", "tmux was upgraded, and the fleet's tmux server is still the old one", {
      detail: `tmux says: ${lastLine(stderr)}`,
    });
  }
  const explained = explainOutcome<T>(command, outcome);
  if (explained.ok || !stderr.includes("has unsafe permissions")) return explained;
  const hint = "the folder must be yours alone: chmod it to 700, or remove it if another user has made it";
  return { ok: false, diagnostics: explained.diagnostics.map((each) => ({ ...each, hint })) };
}

/**
 * Returns true for the messages between a tmux client and a server of another version: the first text in all
 * versions, the second since 3.1, the third since 3.6, whose server mistakes the client's messages for
 * others. No call from here attaches to a terminal, so the third text has no other cause.
 */
function isOtherVersion(stderr: string): boolean {
  return /protocol version mismatch|server version is too old for client|open terminal failed: not a terminal/.test(
    stderr,
  );
}

/** Explains tmux is too old: -N came with tmux 3.2 (its CHANGES file), and an older one rejects it. */
function tooOld<T>(): Result<T> {
  return fail("tmux-too-old", "tmux is too old: it does not know the option -N", {
    hint: "install tmux 3.2 or newer; `tmux -V` shows the version",
  });
}
