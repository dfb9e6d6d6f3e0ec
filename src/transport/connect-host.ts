import { existsSync } from "node:fs";
import { loadCrypto } from "../text/digests/digest.ts";
import { openChannel, type Channel } from "./channel.ts";
import { loginLine, readBootLine } from "./boot.ts";
import type { Bundle } from "./bundle.ts";
import type { ShippedNode } from "./node-program.ts";
import { lineSplitter, readFrame, type Frame, type RemoteRequest } from "./frames.ts";
import type { HostNews, Purpose } from "./host-run-state.ts";
import { loginFailure } from "./login-failure.ts";
import { sshArguments, type Sharing } from "./ssh-arguments.ts";

/** The way to a machine. */
export type HostRoute =
  | {
      readonly kind: "ssh";
      readonly target: string;
      readonly sharing: Sharing;
      /** The socket of the shared connection; undefined without one. */
      readonly socket: string | undefined;
    }
  /** A program that gets a line for sh as its last argument. */
  | { readonly kind: "program"; readonly words: readonly string[] }
  /** This machine: the words start this program. */
  | { readonly kind: "here"; readonly words: readonly string[] };

/** A command for a host. */
export interface Errand {
  readonly route: HostRoute;
  readonly request: RemoteRequest;
  readonly purpose: Purpose;
  readonly bundle: Bundle;
  /** The node to bring there, or the path of one of the host; undefined to search for one there. */
  readonly node?: ShippedNode | string | undefined;
  /** True for output without a limit: nobody keeps it. */
  readonly isLive?: boolean | undefined;
}

/** A listener to a host. */
export interface HostListener {
  readonly onFrame: (frame: Frame) => void;
  /** Takes output that is none of the program's. */
  readonly onNoise: (line: string) => void;
}

/** The times for the first answer of a host and between two of its lines, ms. */
export const hostAnswerMs = {
  /** Through a shared connection that is open. */
  sharedHello: 3_000,
  hello: 15_000,
  /** The host beats every 5 s. */
  silence: 15_000,
} as const;

/** An end within this time is no time limit of ssh, ms. */
const quickMs = 2_000;

/** The most output of a run, characters: beyond it the connection ends. */
const mostRunOutput = 64 * 1024 * 1024;

/** A run that gets the news of its connection. */
interface Connecting {
  readonly tell: (news: HostNews) => void;
  readonly expect: (ms: number, wasOpen?: boolean) => void;
  readonly listener: HostListener;
}

/** Connects to a host, and reads its lines. */
export function connectHost(
  { route, bundle, node, isLive = false }: Errand,
  way: "shared" | "own",
  { tell, expect, listener }: Connecting,
): Channel {
  const nonce = loadCrypto().randomBytes(8).toString("hex");
  const split = lineSplitter();
  const began = performance.now();
  let said = "";
  /** The last line before the hello that is none of ours: a login may say there why it ends. */
  let printed: string | undefined;
  let read = 0;
  let isHeard = false;
  const onLine = (line: string): void => {
    const frame = isHeard ? readFrame(line, nonce) : undefined;
    if (frame !== undefined) {
      expect(hostAnswerMs.silence);
      if (frame.kind === "done") tell({ kind: "done", code: frame.code });
      else if (frame.kind === "never-begun") tell({ kind: "never-begun" });
      else if (frame.kind !== "beat") listener.onFrame(frame);
      if (frame.kind === "host") tell({ kind: "ready" });
      return;
    }
    const event = isHeard ? undefined : readBootLine(line, nonce);
    if (event === undefined) {
      if (line === "") return;
      if (!isHeard) printed = line;
      listener.onNoise(line);
      return;
    }
    if (event.kind === "go") isHeard = true;
    tell(event.kind === "go" ? { kind: "hello" } : event);
  };
  const { file, args } = connectCommand(route, way, loginLine(bundle, nonce, node), nonce);
  const isOpen = route.kind === "ssh" && way === "shared" && existsSync(route.socket ?? "");
  expect(isOpen ? hostAnswerMs.sharedHello : hostAnswerMs.hello, isOpen);
  const channel = openChannel(file, args, {
    onText(text) {
      read += text.length;
      if (read > mostRunOutput && !isLive)
        return tell({ kind: "ended", detail: "it sent too much output", wasQuick: false });
      for (const line of split(text)) onLine(line);
    },
    onError(text) {
      said = (said + text).slice(-4_000);
    },
    onEnd(detail, hasFailed) {
      const failure = loginFailure(said);
      // A way that ends well, and says nothing, says no more the next time.
      const wasQuick = hasFailed && performance.now() - began < quickMs;
      tell({
        kind: "ended",
        detail: detail ?? failure?.line ?? printed ?? "the connection ended",
        wasQuick,
        refusal: hasFailed ? failure?.refusal : undefined,
      });
    },
  });
  if (route.kind === "here") {
    isHeard = true;
    setImmediate(() => tell({ kind: "hello" }));
  }
  return channel;
}

function connectCommand(
  route: HostRoute,
  way: "shared" | "own",
  line: string,
  nonce: string,
): { readonly file: string; readonly args: readonly string[] } {
  switch (route.kind) {
    case "ssh":
      return {
        file: "ssh",
        args: sshArguments(route.target, line, way === "own" ? { kind: "none" } : route.sharing),
      };
    case "program":
      return asCommand([...route.words, line]);
    case "here":
      return asCommand([...route.words, nonce]);
  }
}

function asCommand([file = "", ...args]: readonly string[]): {
  readonly file: string;
  readonly args: readonly string[];
} {
  return { file, args };
}
