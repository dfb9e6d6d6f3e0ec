/** The signals passed on to an attached command. */
export const forwardedSignals = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] as const;

/** A signal passed on to an attached command. */
export type ForwardedSignal = (typeof forwardedSignals)[number];

/** An attached command between its start and its end. */
export type AttachState =
  /** It has not reported ready. */
  | { readonly kind: "starting" }
  | { readonly kind: "ready" }
  /** It was asked to end, and has some time for it. */
  | { readonly kind: "asked"; readonly signal: ForwardedSignal }
  /** The line to it is closed. `signal` is the request that came first, if there is one. */
  | { readonly kind: "cut"; readonly signal: ForwardedSignal | undefined; readonly wasReady: boolean };

/** An event of an attached command. */
export type AttachEvent =
  /** The command has reported ready. */
  | { readonly kind: "ready" }
  /** This process got a signal. `isShared` is true if the command has got it as well, from the terminal. */
  | { readonly kind: "signal"; readonly signal: ForwardedSignal; readonly isShared: boolean }
  /** The time for the end is over. */
  | { readonly kind: "grace-over" }
  /** The caller closes the line. */
  | { readonly kind: "close" };

/** A task for the driver of an attached command. */
export type AttachEffect =
  /** Send the name of a signal to the command. */
  | { readonly kind: "send"; readonly name: string }
  /** Report `grace-over` after a while. */
  | { readonly kind: "begin-grace" }
  /** Close the line to the command, which ends it. */
  | { readonly kind: "cut-line" };

/** An attached command after an event, and the next tasks. */
export interface AttachStep {
  readonly state: AttachState;
  readonly effects: readonly AttachEffect[];
}

/** The end of the process of an attached command, in the words of node. */
interface ProcessEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Returns the result of an event. */
export function stepAttach(state: AttachState, event: AttachEvent): AttachStep {
  switch (event.kind) {
    case "ready":
      if (state.kind === "starting") return { state: { kind: "ready" }, effects: [] };
      return { state: state.kind === "cut" ? { ...state, wasReady: true } : state, effects: [] };
    case "signal":
      return signalled(state, event.signal, event.isShared);
    case "grace-over":
    case "close":
      return cutStart(state);
  }
}

/**
 * Returns the exit status or the signal that counts as the end, and whether the command has begun, or was asked to end
 * before. A request counts even if the command has ended otherwise.
 */
export function attachedEnd(
  state: AttachState,
  { status, signal }: ProcessEnd,
): { readonly outcome: number | NodeJS.Signals; readonly began: boolean } {
  const request = state.kind === "cut" ? state.signal : undefined;
  const outcome = request ?? signal ?? status ?? 1;
  switch (state.kind) {
    case "starting":
      return { outcome, began: false };
    case "ready":
    case "asked":
      return { outcome, began: true };
    case "cut":
      return { outcome, began: state.wasReady || request !== undefined };
  }
}

/**
 * Passes a signal on. A command that is not ready yet, or was asked before, is not asked again: its line is cut. Ctrl-C
 * and Ctrl-\ are requests of the terminal to all its processes, so they only ask the command itself.
 */
function signalled(state: AttachState, signal: ForwardedSignal, isShared: boolean): AttachStep {
  const isAsked = state.kind === "asked" || (state.kind === "cut" && state.signal !== undefined);
  const isReady = state.kind === "ready" || (state.kind === "cut" && state.wasReady);
  if (isAsked) return cutStart(state);
  if (!isReady) return { state: { kind: "cut", signal, wasReady: false }, effects: [{ kind: "cut-line" }] };
  const send: AttachEffect = { kind: "send", name: signal.slice("SIG".length) };
  if (signal === "SIGINT" || signal === "SIGQUIT") return { state, effects: isShared ? [] : [send] };
  const asked: AttachState = state.kind === "cut" ? { ...state, signal } : { kind: "asked", signal };
  return { state: asked, effects: [send, { kind: "begin-grace" }] };
}

function cutStart(state: AttachState): AttachStep {
  const effects: readonly AttachEffect[] = [{ kind: "cut-line" }];
  switch (state.kind) {
    case "starting":
      return { state: { kind: "cut", signal: undefined, wasReady: false }, effects };
    case "ready":
      return { state: { kind: "cut", signal: undefined, wasReady: true }, effects };
    case "asked":
      return { state: { kind: "cut", signal: state.signal, wasReady: true }, effects };
    case "cut":
      return { state, effects };
  }
}
