import type { Channel } from "./channel.ts";
import { hostAnswerMs, connectHost, type Errand, type HostListener } from "./connect-host.ts";
import { goAheadLine } from "./frames.ts";
import {
  isHostEnd,
  newRun,
  nextRun,
  type HostEffect,
  type HostEnd,
  type HostNews,
  type HostRun,
} from "./host-run-state.ts";

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
const runTimeouts = {
  /** From the question for the archive to the hello: the archive crosses the network. */
  shipping: 120_000,
  /** The same for node, which is 170 times as large. */
  shippingNode: 1_200_000,
  /**
   * From the first frame of a change to the go-ahead. A change may begin so long after its end was asked for in vain, so it is
   * shorter than the patience. One that is silent for longer than the silence is asked for its end in any case.
   */
  begin: 30_000,
  /** How long the end of a lost change is asked for. */
  patience: 60_000,
} as const;

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
  return new Promise((resolve) => new RunOnHost(errand, listener, ends, takePlace, resolve).begin());
}

/** Performs the effects of a run's state, and tells it what comes of them. */
class RunOnHost {
  readonly #errand: Errand;
  readonly #listener: HostListener;
  readonly #ends: Ends;
  readonly #takePlace: TakePlace;
  readonly #onEnd: (end: HostEnd) => void;
  #run: HostRun;
  #channel: Channel | undefined;
  /** The limit of the present step, or the pause before the next try. */
  #timer: NodeJS.Timeout | undefined;
  /** The limit of all questions for the end of a lost change. */
  #patience: NodeJS.Timeout | undefined;
  /** True for a connection that asks for the end of an earlier one. */
  #asks = false;
  /** Gives the place back; undefined without one. */
  #givePlace: (() => void) | undefined;

  constructor(
    errand: Errand,
    listener: HostListener,
    ends: Ends,
    takePlace: TakePlace,
    onEnd: (end: HostEnd) => void,
  ) {
    const { route } = errand;
    this.#errand = errand;
    this.#listener = listener;
    this.#ends = ends;
    this.#takePlace = takePlace;
    this.#onEnd = onEnd;
    this.#run = newRun(route.kind === "ssh" && route.sharing.kind !== "none" ? "shared" : "own");
  }

  begin(): void {
    const { soon, now } = this.#ends;
    soon.addEventListener("abort", this.#onSoon);
    now.addEventListener("abort", this.#onNow);
    if (soon.aborted) this.#tell({ kind: "stop" });
    else void this.#goOn(false);
  }

  readonly #onSoon = (): void => this.#tell({ kind: "stop" });
  readonly #onNow = (): void => this.#tell({ kind: "abort" });

  async #goOn(isAgain: boolean): Promise<void> {
    const give = await this.#takePlace(isAgain);
    // It was stopped in the meantime.
    if (isHostEnd(this.#run)) return give();
    this.#givePlace = give;
    this.#tell({ kind: "go-on" });
  }

  #leavePlace(): void {
    this.#givePlace?.();
    this.#givePlace = undefined;
  }

  #tell(news: HostNews): void {
    if (isHostEnd(this.#run)) return;
    const before = this.#run.name;
    const step = nextRun(this.#run, news, this.#errand.purpose);
    this.#run = step.run;
    for (const effect of step.effects) this.#perform(effect);
    // An effect may have told something in turn.
    const after: HostRun = this.#run;
    if (after.name === "asking" && before !== "asking")
      this.#patience = setTimeout(() => this.#tell({ kind: "out-of-patience" }), runTimeouts.patience);
    if (isHostEnd(after)) this.#finish(after);
  }

  #expect(ms: number, wasOpen = false): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell({ kind: "overdue", wasOpen }), ms);
  }

  #finish(end: HostEnd): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#patience);
    this.#leavePlace();
    this.#ends.soon.removeEventListener("abort", this.#onSoon);
    this.#ends.now.removeEventListener("abort", this.#onNow);
    this.#onEnd(end);
  }

  #perform(effect: HostEffect): void {
    const { bundle, node } = this.#errand;
    switch (effect.kind) {
      case "connect":
        this.#asks = effect.asks;
        this.#channel = connectHost(this.#errand, effect.way, {
          tell: (news) => this.#tell(news),
          expect: (ms, wasOpen) => this.#expect(ms, wasOpen),
          listener: this.#listener,
        });
        return;
      case "ship":
        this.#expect(runTimeouts.shipping);
        this.#channel?.write(bundle.read());
        return;
      case "ship-node":
        this.#expect(runTimeouts.shippingNode);
        if (typeof node === "object") this.#channel?.writeFile(node.path);
        return;
      case "request":
        this.#expect(hostAnswerMs.silence);
        this.#channel?.write(requestLine(this.#errand, this.#asks));
        return;
      case "go-ahead":
        this.#channel?.write(`${goAheadLine}\n`);
        return;
      case "disconnect":
        clearTimeout(this.#timer);
        this.#channel?.close();
        this.#channel = undefined;
        return;
      case "pause": {
        const { fromMs, toMs } = effect;
        clearTimeout(this.#timer);
        this.#leavePlace();
        this.#timer = setTimeout(() => void this.#goOn(true), fromMs + Math.random() * (toMs - fromMs));
      }
    }
  }
}

function requestLine({ request, purpose }: Errand, asks: boolean): string {
  const beginWithinMs = purpose === "change" && !asks ? runTimeouts.begin : undefined;
  return `${JSON.stringify({ ...request, asks, beginWithinMs })}\n`;
}
