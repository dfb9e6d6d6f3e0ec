import type { BootRefusal } from "./boot.ts";
import type { LoginRefusal } from "./login-failure.ts";

/** The end of a run on a host. */
export type HostEnd =
  /** The command has ended there, with its exit code. */
  | { readonly name: "done"; readonly code: number }
  /** Nothing was started there. */
  | { readonly name: "unreachable"; readonly detail: string; readonly refusal?: LoginRefusal | undefined }
  /** The host was reached, and cannot run the program. */
  | { readonly name: "refused"; readonly reason: BootRefusal; readonly detail: string }
  /** The connection ended before the answer to a command that changes nothing. */
  | { readonly name: "lost"; readonly detail: string }
  /** The connection ended during a change, and its end could not be found out. */
  | { readonly name: "unknown"; readonly detail: string }
  /** Nothing was started there, and nothing will be. */
  | { readonly name: "not-begun" };

/** A way to a host: through a shared connection, or a connection of its own. */
type Way = "shared" | "own";

/** A run on one host. */
export type HostRun =
  | { readonly name: "waiting"; readonly way: Way; readonly tries: number }
  /** Before the hello of the host: nothing has run there. */
  | { readonly name: "connecting"; readonly way: Way; readonly tries: number }
  /** After it: the request is on its way, and is never sent again. */
  | { readonly name: "running" }
  /** After the loss of a change: it asks for its end. */
  | { readonly name: "asking"; readonly isConnected: boolean; readonly detail: string }
  | HostEnd;

/** The kind of a command: one that changes something is asked for after a loss. */
export type Purpose = "read" | "change";

/** A piece of news about a run. */
export type HostNews =
  /** There is a slot for the host, or a pause is over. */
  | { readonly kind: "go-on" }
  | { readonly kind: "need" }
  | { readonly kind: "need-node" }
  | { readonly kind: "hello" }
  /** The program runs there, and has the request. */
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly reason: BootRefusal; readonly detail: string }
  /** The run was never begun, and is not any more: the answer to a question for its end, or to a late go-ahead. */
  | { readonly kind: "never-begun" }
  | { readonly kind: "done"; readonly code: number }
  /** The connection ended by itself. `wasQuick`: with a failure, and without a time limit of ssh. */
  | {
      readonly kind: "ended";
      readonly detail: string;
      readonly wasQuick: boolean;
      /** Set if a further connection would end in the same way. */
      readonly refusal?: LoginRefusal | undefined;
    }
  /** There was no sign of life in time. `wasOpen`: through a shared connection that was there before. */
  | { readonly kind: "overdue"; readonly wasOpen?: boolean }
  /** The time for questions is over. */
  | { readonly kind: "out-of-patience" }
  /** No further host is to be begun. */
  | { readonly kind: "stop" }
  /** All connections are to end. */
  | { readonly kind: "abort" };

/** An effect for the driver to execute. */
export type HostEffect =
  | { readonly kind: "connect"; readonly way: Way; readonly asks: boolean }
  | { readonly kind: "ship" }
  | { readonly kind: "ship-node" }
  | { readonly kind: "request" }
  /** Lets a change begin, which waits for that: its request may have been on its way for long. */
  | { readonly kind: "go-ahead" }
  | { readonly kind: "disconnect" }
  /** A pause of a random length between these, ms; then the news is `go-on`. */
  | { readonly kind: "pause"; readonly fromMs: number; readonly toMs: number };

/** A state with the effects of its begin. */
interface Step {
  readonly run: HostRun;
  readonly effects: readonly HostEffect[];
}

/** Returns the first state of a run. */
export function newRun(way: Way): HostRun {
  return { name: "waiting", way, tries: 0 };
}

/** Returns true for the last state of a run. */
export function isHostEnd(run: HostRun): run is HostEnd {
  return !["waiting", "connecting", "running", "asking"].includes(run.name);
}

/** The number of connections of a host that answers at once with an end: a server may refuse some of many. */
const maxTries = 3;

/** The pause before a further connection, ms: at random, so that many clients do not come back at once. */
const again = { kind: "pause", fromMs: 200, toMs: 2_000 } as const;

const noSign = "it gave no sign of life in time";

/** Returns the next state after a piece of news. News that means nothing in a state changes nothing. Pure. */
export function nextRun(run: HostRun, news: HostNews, purpose: Purpose): Step {
  switch (run.name) {
    case "waiting":
      if (news.kind === "go-on")
        return {
          run: { ...run, name: "connecting", tries: run.tries + 1 },
          effects: [{ kind: "connect", way: run.way, asks: false }],
        };
      return news.kind === "stop" || news.kind === "abort" ? endStep({ name: "not-begun" }) : same(run);
    case "connecting":
      return whileConnecting(run, news);
    case "running":
      return whileRunning(run, news, purpose);
    case "asking":
      return whileAsking(run, news);
    case "done":
    case "unreachable":
    case "refused":
    case "lost":
    case "unknown":
    case "not-begun":
      return same(run);
  }
}

function whileConnecting(run: Extract<HostRun, { name: "connecting" }>, news: HostNews): Step {
  switch (news.kind) {
    case "need":
      return { run, effects: [{ kind: "ship" }] };
    case "need-node":
      return { run, effects: [{ kind: "ship-node" }] };
    case "hello":
      return { run: { name: "running" }, effects: [{ kind: "request" }] };
    case "refused":
      return cutStep({ name: "refused", reason: news.reason, detail: news.detail });
    case "abort":
      return cutStep({ name: "not-begun" });
    case "ended":
    case "overdue": {
      if (news.kind === "ended" && news.refusal !== undefined)
        return cutStep({ name: "unreachable", detail: news.detail, refusal: news.refusal });
      const wasQuick = news.kind === "ended" && news.wasQuick;
      // A shared connection may hang or be stale: its own connection is not counted. After a time limit of ssh or of a new
      // connection, there was no shared one, and a further connection would only wait for the same again.
      const mayBeStale = news.kind === "overdue" ? news.wasOpen === true : wasQuick;
      if (run.way === "shared" && mayBeStale)
        return retry({ name: "waiting", way: "own", tries: run.tries - 1 }, 0);
      if (wasQuick && run.tries < maxTries) return retry({ ...run, name: "waiting" });
      return cutStep({ name: "unreachable", detail: news.kind === "ended" ? news.detail : noSign });
    }
    case "go-on":
    case "ready":
    case "never-begun":
    case "done":
    case "out-of-patience":
    case "stop":
      return same(run);
  }
}

function whileRunning(run: HostRun, news: HostNews, purpose: Purpose): Step {
  switch (news.kind) {
    case "ready":
      return purpose === "change" ? { run, effects: [{ kind: "go-ahead" }] } : same(run);
    case "done":
      return cutStep({ name: "done", code: news.code });
    case "never-begun":
      return cutStep({ name: "not-begun" });
    case "ended":
    case "overdue": {
      const detail = news.kind === "ended" ? news.detail : noSign;
      if (purpose === "read") return cutStep({ name: "lost", detail });
      return retry({ name: "asking", isConnected: false, detail });
    }
    case "abort":
      return cutStep({
        name: purpose === "read" ? "lost" : "unknown",
        detail: "the connection was ended here",
      });
    case "go-on":
    case "need":
    case "need-node":
    case "hello":
    case "refused":
    case "out-of-patience":
    case "stop":
      return same(run);
  }
}

function whileAsking(run: Extract<HostRun, { name: "asking" }>, news: HostNews): Step {
  switch (news.kind) {
    case "go-on":
      if (run.isConnected) return same(run);
      return {
        run: { ...run, isConnected: true },
        effects: [{ kind: "connect", way: "own", asks: true }],
      };
    case "need":
      return { run, effects: [{ kind: "ship" }] };
    case "need-node":
      return { run, effects: [{ kind: "ship-node" }] };
    case "hello":
      return { run, effects: [{ kind: "request" }] };
    case "done":
      return cutStep({ name: "done", code: news.code });
    case "never-begun":
      return cutStep({ name: "not-begun" });
    case "refused":
    case "ended":
    case "overdue":
      return run.isConnected ? retry({ ...run, isConnected: false }) : same(run);
    case "out-of-patience":
    case "abort":
      return cutStep({ name: "unknown", detail: run.detail });
    case "ready":
    case "stop":
      return same(run);
  }
}

function same(run: HostRun): Step {
  return { run, effects: [] };
}

function endStep(run: HostEnd): Step {
  return { run, effects: [] };
}

function cutStep(run: HostEnd): Step {
  return { run, effects: [{ kind: "disconnect" }] };
}

function retry(run: HostRun, most: number = again.toMs): Step {
  const pause = { ...again, fromMs: Math.min(again.fromMs, most), toMs: most };
  return { run, effects: [{ kind: "disconnect" }, pause] };
}
