import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import {
  attachedEnd,
  forwardedSignals,
  stepAttach,
  type AttachEffect,
  type AttachEvent,
  type AttachState,
  type ForwardedSignal,
} from "./attach-state.ts";
import { hasTerminal } from "../terminal.ts";

/** A command that takes over the caller's standard input, output and signals. */
export interface AttachedCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** `inherit` hands on the caller's own descriptors; `pipe` makes streams of them. */
  readonly stdio: "inherit" | "pipe";
  /** True if Ctrl-C arrives as a character, so a SIGINT can only come from `kill`. */
  readonly rawTerminal: boolean;
}

/**
 * The end of the command. `began` is false if it gave up before it was ready; `said` is its output on
 * descriptor 2 until then. `code` is 128+n after signal n.
 */
export type AttachedEnd =
  | { readonly kind: "exited"; readonly code: number; readonly began: boolean; readonly said: string }
  | { readonly kind: "not-started"; readonly message: string };

/** The standard streams of a command, seen from the other end. */
interface AttachedStreams {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

export interface Attached {
  /** Fulfilled once the command has reported ready, or has ended without. */
  readonly ready: Promise<boolean>;
  readonly end: Promise<AttachedEnd>;
  /** With `pipe`. */
  readonly streams: AttachedStreams | undefined;
  /** Process id of the child. */
  readonly pid: number | undefined;
  /** Ends the command by closing the line to it. */
  readonly close: () => void;
}

/** Time for a command to end after SIGTERM or SIGHUP, ms. */
const graceMs = 2000;

/**
 * Starts a command under supervision over a socket, descriptor 3: signals go to it by name, `ready` comes
 * back, and the end of the socket ends the command. The socket also closes after a kill -9 of this process,
 * when no signal handler could inform the command. Descriptor 4 is its standard error once it is ready,
 * descriptor 2 before.
 *
 * Uses node's own spawn: descriptor 3 carries both directions, and execa's types lack that.
 */
export function attach(command: AttachedCommand): Attached {
  const own = command.stdio === "inherit";
  const signals = own ? forwardedSignals : [];
  let state: AttachState = { kind: "starting" };
  // Before the command becomes visible, so any signal sent because of it reaches it.
  for (const signal of signals) process.on(signal, forward);
  const child = spawn(command.file, command.args, {
    env: command.env,
    stdio: [own ? 0 : "pipe", own ? 1 : "pipe", "pipe", "pipe", own ? 2 : "pipe"],
  });
  const [stdin, stdout, , fd3, stderr] = child.stdio;
  const line = fd3 instanceof Socket ? fd3 : undefined;
  let said = "";

  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  line?.on("error", () => undefined); // EPIPE or ECONNRESET: the command is gone, as `exit` reports

  const ready = new Promise<boolean>((resolve) => {
    line?.on("data", () => {
      take({ kind: "ready" });
      resolve(true);
    });
    child.once("close", () => resolve(false));
    child.once("error", () => resolve(false));
  });
  const end = new Promise<AttachedEnd>((resolve) => {
    child.once("error", (error) => resolve({ kind: "not-started", message: error.message }));
    child.once("exit", () => line?.end()); // its supervised processes must not outlive it
    child.once("close", (status, signal) => {
      for (const each of signals) process.off(each, forward);
      const { outcome, began } = attachedEnd(state, { status, signal });
      const code = typeof outcome === "number" ? outcome : 128 + constants.signals[outcome];
      resolve({ kind: "exited", code, began, said });
    });
  });
  return {
    ready,
    end,
    streams: stdin && stdout && stderr instanceof Socket ? { stdin, stdout, stderr } : undefined,
    pid: child.pid,
    close: () => take({ kind: "close" }),
  };

  function forward(signal: ForwardedSignal): void {
    // The terminal driver sends Ctrl-C to every process in the foreground, unless it arrives as a character.
    const isKey = signal === "SIGINT" || signal === "SIGQUIT";
    take({ kind: "signal", signal, isShared: isKey && own && !command.rawTerminal && hasTerminal() });
  }

  function take(event: AttachEvent): void {
    const next = stepAttach(state, event);
    ({ state } = next);
    for (const effect of next.effects) perform(effect);
  }

  function perform(effect: AttachEffect): void {
    switch (effect.kind) {
      case "send":
        line?.write(`${effect.name}\n`);
        return;
      case "begin-grace":
        setTimeout(() => take({ kind: "grace-over" }), graceMs).unref();
        return;
      case "cut-line":
        line?.end();
        return;
    }
  }
}
