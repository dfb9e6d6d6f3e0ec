import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { attach, type Attached, type AttachedEnd } from "../system/attach/attach.ts";
import { buildSandboxCommand } from "./command.ts";
import { placedFiles } from "./placed-files.ts";
import type { SandboxOptions } from "./options.ts";
import { findSandboxMode } from "./privileges.ts";

/**
 * Runs a command with a private, real systemd user manager and journal, on the caller's own standard input,
 * output and terminal. Returns the command's exit code (128+n after signal n); fails if the sandbox could not
 * be set up.
 */
export async function runSandbox(options: SandboxOptions): Promise<Result<number>> {
  const pty = process.stdin.isTTY && process.stdout.isTTY;
  const started = startSandbox(options, { stdio: "inherit", pty });
  return started.ok ? sandboxResult(await started.value.end) : started;
}

/** Starts a sandbox without waiting for it. Pass the returned `end` to `sandboxResult`. */
export function startSandbox(
  options: SandboxOptions,
  io: { readonly stdio: "inherit" | "pipe"; readonly pty: boolean },
): Result<Attached> {
  const way = findSandboxMode({ uid: process.getuid?.() ?? -1, env: process.env });
  if (!way.ok) return way;
  const parts = { way: way.value, placed: placedFiles(options), pty: io.pty, env: process.env };
  return ok(attach({ ...buildSandboxCommand(options, parts), stdio: io.stdio, rawTerminal: io.pty }));
}

/** Returns the exit code of the command in the sandbox, or the reason for a failed start. */
export function sandboxResult(end: AttachedEnd): Result<number> {
  switch (end.kind) {
    case "not-started":
      return fail("sandbox-failed", "the sandbox did not start", { detail: end.message });
    case "exited":
      return end.began
        ? ok(end.code)
        : fail("sandbox-failed", "the sandbox could not be set up", explainSandbox(end.said));
  }
}

/** Meanings of the kernel's refusals, by the words of mount, mkdir and unshare. */
const sandboxRefusals = [
  {
    pattern: /Read-only file system/,
    hint: "The control groups are mounted read-only, as in most containers: run the container with --privileged.",
  },
  {
    pattern: /Operation not permitted|Permission denied/,
    hint:
      "Namespaces are not allowed here: in a container, run it with --privileged; as an ordinary user, see " +
      "user.max_user_namespaces, kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns.",
  },
  {
    pattern: /No space left on device/,
    hint: "A limit on namespaces is reached: see user.max_user_namespaces.",
  },
] as const;

function explainSandbox(said: string): { detail: string; hint?: string } {
  const hint = sandboxRefusals.find(({ pattern }) => pattern.test(said))?.hint;
  const detail = said.trim() || "It ended without a message.";
  return hint === undefined ? { detail } : { detail, hint };
}
