import { constants } from "node:os";
import { execa } from "execa";
import type { CommandOutcome } from "../command.ts";

/** The end of a program in the foreground. */
export type ForegroundEnd =
  | Extract<CommandOutcome, { kind: "not-found" | "not-started" }>
  | {
      readonly kind: "ended";
      /** Its exit status; 128 + n after signal n. */
      readonly code: number;
    };

/**
 * Runs a program on this process's own terminal, and waits for it. Keys reach the program alone. If this process is
 * asked to end, it asks the program first (execa's `cleanup`). `without` are variables the program does not get.
 */
export async function runInForeground(
  file: string,
  args: readonly string[],
  without: readonly string[],
): Promise<ForegroundEnd> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !without.includes(name)));
  return foregroundEnd(await execa(file, args, { ...terminalOptions, env, extendEnv: false, cwd: "/" }));
}

/**
 * Runs a program on this process's own terminal or pipes, and waits for it. Ctrl-C belongs to the program. SIGTERM and
 * SIGHUP to this process end the program, and then this function returns. `variables` are added to the environment.
 */
export async function runUntilAsked(
  file: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<ForegroundEnd> {
  return untilAsked(async (cancelSignal) =>
    foregroundEnd(await execa(file, args, { ...terminalOptions, cancelSignal, env: variables, cwd: "/" })),
  );
}

const terminalOptions = { stdio: "inherit", reject: false } as const;

/** The parts of execa's result that tell how a program ended. */
interface Ran {
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly code?: string | undefined;
  readonly originalMessage?: string | undefined;
  readonly shortMessage?: string | undefined;
}

function foregroundEnd(ran: Ran): ForegroundEnd {
  if (ran.exitCode !== undefined) return { kind: "ended", code: ran.exitCode };
  if (ran.signal !== undefined) return { kind: "ended", code: 128 + constants.signals[ran.signal] };
  if (ran.code === "ENOENT") return { kind: "not-found" };
  return { kind: "not-started", message: ran.originalMessage ?? ran.shortMessage ?? "it did not start" };
}

/** Gives `run` a signal that fires when this process is asked to end. SIGINT and SIGQUIT are ignored while it runs. */
async function untilAsked<T>(run: (asked: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const ignore = (): void => undefined;
  const abortRun = (): void => controller.abort();
  const listeners = [
    ["SIGINT", ignore],
    ["SIGQUIT", ignore],
    ["SIGTERM", abortRun],
    ["SIGHUP", abortRun],
  ] as const;
  for (const [signal, listener] of listeners) process.on(signal, listener);
  try {
    return await run(controller.signal);
  } finally {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  }
}

/** The end of an editor. */
export type EditorEnd =
  /** Its exit status; 127 if the shell did not find it. */
  | { readonly kind: "ended"; readonly code: number }
  /** A signal ended it, or this process was asked to end. */
  | { readonly kind: "interrupted" }
  | { readonly kind: "not-started"; readonly message: string };

/** The editor without $VISUAL and $EDITOR: the first of these that is installed. */
const firstInstalled =
  'for editor in editor nano vim vi; do command -v "$editor" >/dev/null && exec "$editor" "$@"; done; exit 127';

/**
 * Opens a file in the editor on this terminal, and waits for its end. `editor` is a line for sh, such as
 * `code --wait`. Ctrl-C belongs to the editor. SIGTERM and SIGHUP end the editor, and then this function returns.
 */
export async function runEditor(editor: string | undefined, path: string): Promise<EditorEnd> {
  return untilAsked(async (asked) => {
    const line = editor === undefined ? firstInstalled : `${editor} "$@"`;
    const ran = await execa("sh", ["-c", line, "sh", path], { ...terminalOptions, cancelSignal: asked });
    if (asked.aborted || ran.signal !== undefined) return { kind: "interrupted" };
    if (ran.exitCode !== undefined) return { kind: "ended", code: ran.exitCode };
    return { kind: "not-started", message: ran.originalMessage ?? ran.shortMessage ?? "it did not start" };
  });
}
