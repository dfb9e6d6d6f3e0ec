import { existsSync } from "node:fs";
import { loadCrypto } from "../text/digests/digest.ts";
import { openChannel, type Channel } from "./channel.ts";
import { loginLine, readBootLine } from "./boot.ts";
import type { Bundle } from "./bundle.ts";
import type { ShippedNode } from "./node-program.ts";
import { goAheadLine, lineSplitter, readFrame, type Frame, type RemoteRequest } from "./frames.ts";
import {
  isHostEnd,
  newRun,
  nextRun,
  type HostEffect,
  type HostEnd,
  type HostNews,
  type HostRun,
  type Purpose,
} from "./host-run-state.ts";
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
  /** The node to bring there; undefined for one of the host. */
  readonly node?: ShippedNode | undefined;
  /** True for output without a limit: nobody keeps it. */
  readonly isLive?: boolean | undefined;
}

/** A listener to a host. */
export interface HostListener {
  readonly onFrame: (frame: Frame) => void;
  /** Takes output that is none of the program's. */
  readonly onNoise: (line: string) => void;
}

/**
 * Waits for a place among the connections, and returns the function that gives it back. `isAgain`: this host had one before,
 * so it goes first.
 */
export type TakePlace = (isAgain: boolean) => Promise<() => void>;

/** Requests to end all runs: to begin no further one, and to end at once. */
interface Ends {
  readonly soon: AbortSignal;
  readonly now: AbortSignal;
}

/** Limits, ms. */
const limits = {
  /** Through a shared connection that is open. */
  sharedHello: 3_000,
  hello: 15_000,
  /** From the question for the archive to the hello: the archive crosses the network. */
  shipping: 120_000,
  /** The same for node, which is 170 times as large. */
  shippingNode: 1_200_000,
  /** The host beats every 5 s. */
  silence: 15_000,
  /**
   * From the first frame of a change to the go-ahead. A change may begin so long after its end was asked for in vain, so it is
   * shorter than the patience. One that is silent for longer than the silence is asked for its end in any case.
   */
  begin: 30_000,
  /** How long the end of a lost change is asked for. */
  patience: 60_000,
  /** An end within this time is no time limit of ssh. */
  quick: 2_000,
} as const;

/** The most output of a run, characters: beyond it the connection ends. */
const maxOutput = 64 * 1024 * 1024;

/**
 * Runs a command on a host, and returns its end. It has a place while it is connected: a host that waits, also for a further
 * try, keeps no other from its turn. Never throws.
 */
export function runOnHost(
  errand: Errand,
  listener: HostListener,
  ends: Ends,
  takePlace: TakePlace,
): Promise<HostEnd> {
  const { route, purpose } = errand;
  return new Promise((resolve) => {
    let run: HostRun = newRun(route.kind === "ssh" && route.sharing.kind !== "none" ? "shared" : "own");
    let channel: Channel | undefined;
    let timer: NodeJS.Timeout | undefined;
    let patience: NodeJS.Timeout | undefined;
    let asks = false;
    let givePlace: (() => void) | undefined;

    const goOn = async (isAgain: boolean): Promise<void> => {
      const give = await takePlace(isAgain);
      // It was stopped in the meantime.
      if (isHostEnd(run)) return give();
      givePlace = give;
      tell({ kind: "go-on" });
    };
    const leavePlace = (): void => {
      givePlace?.();
      givePlace = undefined;
    };
    const tell = (news: HostNews): void => {
      if (isHostEnd(run)) return;
      const before = run.name;
      const step = nextRun(run, news, purpose);
      run = step.run;
      for (const effect of step.effects) perform(effect);
      if (run.name === "asking" && before !== "asking")
        patience = setTimeout(() => tell({ kind: "out-of-patience" }), limits.patience);
      if (isHostEnd(run)) finish(run);
    };
    const expect = (ms: number, wasOpen = false): void => {
      clearTimeout(timer);
      timer = setTimeout(() => tell({ kind: "overdue", wasOpen }), ms);
    };
    const finish = (end: HostEnd): void => {
      clearTimeout(timer);
      clearTimeout(patience);
      leavePlace();
      ends.soon.removeEventListener("abort", onSoon);
      ends.now.removeEventListener("abort", onNow);
      resolve(end);
    };
    const perform = (effect: HostEffect): void => {
      switch (effect.kind) {
        case "connect":
          asks = effect.asks;
          channel = connect(errand, effect.way, { tell, expect, listener });
          return;
        case "ship":
          expect(limits.shipping);
          channel?.write(errand.bundle.read());
          return;
        case "ship-node":
          expect(limits.shippingNode);
          if (errand.node !== undefined) channel?.writeFile(errand.node.path);
          return;
        case "request":
          expect(limits.silence);
          channel?.write(requestLine(errand, asks));
          return;
        case "go-ahead":
          channel?.write(`${goAheadLine}\n`);
          return;
        case "disconnect":
          clearTimeout(timer);
          channel?.close();
          channel = undefined;
          return;
        case "pause": {
          const { fromMs, toMs } = effect;
          clearTimeout(timer);
          leavePlace();
          timer = setTimeout(() => void goOn(true), fromMs + Math.random() * (toMs - fromMs));
        }
      }
    };
    const onSoon = (): void => tell({ kind: "stop" });
    const onNow = (): void => tell({ kind: "abort" });
    ends.soon.addEventListener("abort", onSoon);
    ends.now.addEventListener("abort", onNow);
    if (ends.soon.aborted) tell({ kind: "stop" });
    else void goOn(false);
  });
}

function requestLine({ request, purpose }: Errand, asks: boolean): string {
  const beginWithinMs = purpose === "change" && !asks ? limits.begin : undefined;
  return `${JSON.stringify({ ...request, asks, beginWithinMs })}\n`;
}

interface Connecting {
  readonly tell: (news: HostNews) => void;
  readonly expect: (ms: number, wasOpen?: boolean) => void;
  readonly listener: HostListener;
}

/** Connects to a host, and reads its lines. */
function connect(
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
      expect(limits.silence);
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
  const { file, args } = commandOf(route, way, loginLine(bundle, nonce, node), nonce);
  const isOpen = route.kind === "ssh" && way === "shared" && existsSync(route.socket ?? "");
  expect(isOpen ? limits.sharedHello : limits.hello, isOpen);
  const channel = openChannel(file, args, {
    onText(text) {
      read += text.length;
      if (read > maxOutput && !isLive)
        return tell({ kind: "ended", detail: "it sent too much output", wasQuick: false });
      for (const line of split(text)) onLine(line);
    },
    onError(text) {
      said = (said + text).slice(-4_000);
    },
    onEnd(detail, hasFailed) {
      const failure = loginFailure(said);
      // A way that ends well, and says nothing, says no more the next time.
      const wasQuick = hasFailed && performance.now() - began < limits.quick;
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

function commandOf(
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
      return words([...route.words, line]);
    case "here":
      return words([...route.words, nonce]);
  }
}

function words([file = "", ...args]: readonly string[]): {
  readonly file: string;
  readonly args: readonly string[];
} {
  return { file, args };
}
