import type { TopKey } from "./keys.ts";

/** A view of the agents a person moves in. Its texts are as typed. */
export interface TopState {
  /** The names of the agents it shows, in order. */
  readonly names: readonly string[];
  /** The chosen agent; undefined in an empty list. */
  readonly cursor: string | undefined;
  /** The index of the first agent on the screen. */
  readonly first: number;
  /** The number of agents the screen has room for. */
  readonly room: number;
  /** A text the names contain. */
  readonly search: string;
  /** A selector of labels. */
  readonly labels: string;
  /** The index of the order, and of the set of columns. */
  readonly order: number;
  readonly columns: number;
  readonly mode: TopMode;
  /** A line for the person, until the next key. */
  readonly message: string | undefined;
}

/** The meaning of the next keys. */
type TopMode =
  | { readonly kind: "list" }
  /** A text is being typed. `before` comes back with Escape. */
  | { readonly kind: "typing"; readonly field: "search" | "labels"; readonly before: string }
  | { readonly kind: "help" };

/** A command of fleet for one agent. */
export type TopVerb = "attach" | "restart" | "stop" | "suspend" | "logs" | "why";

/** An event of the view. */
export type TopEvent =
  | { readonly kind: "key"; readonly key: TopKey }
  /** The agents left by search and labels, in order. */
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "resized"; readonly room: number }
  | { readonly kind: "told"; readonly message: string };

/** A task for the driver of the view. */
export type TopEffect =
  | { readonly kind: "quit" }
  /** Stop this process until the shell continues it. */
  | { readonly kind: "pause" }
  /** Give the terminal to a command, and take it back. */
  | { readonly kind: "run"; readonly verb: TopVerb; readonly agent: string }
  /** Look at the machine again. */
  | { readonly kind: "look" };

/** A view after an event, and the next tasks. */
export interface TopStep {
  readonly state: TopState;
  readonly effects: readonly TopEffect[];
}

/** The view before the first look. */
export const beforeTop: TopState = {
  names: [],
  cursor: undefined,
  first: 0,
  room: 1,
  search: "",
  labels: "",
  order: 0,
  columns: 0,
  mode: { kind: "list" },
  message: undefined,
};

/** Returns the result of an event. */
export function stepTop(state: TopState, event: TopEvent): TopStep {
  switch (event.kind) {
    case "key":
      return pressed({ ...state, message: undefined }, event.key);
    case "names":
      return stateOnly(withNames(state, event.names));
    case "resized":
      return stateOnly(scrolled({ ...state, room: Math.max(1, event.room) }));
    case "told":
      return stateOnly({ ...state, message: event.message });
  }
}

function pressed(state: TopState, key: TopKey): TopStep {
  if (key === "interrupt") return { state, effects: [{ kind: "quit" }] };
  if (key === "pause") return { state, effects: [{ kind: "pause" }] };
  switch (state.mode.kind) {
    case "typing":
      return stateOnly(typed(state, state.mode, key));
    case "help":
      return stateOnly({ ...state, mode: { kind: "list" } });
    case "list":
      return inList(state, key);
  }
}

function typed(state: TopState, { field, before }: TopMode & { kind: "typing" }, key: TopKey): TopState {
  const text = state[field];
  switch (key) {
    case "enter":
      return { ...state, mode: { kind: "list" } };
    case "escape":
      return { ...state, [field]: before, mode: { kind: "list" } };
    case "backspace":
      return { ...state, [field]: text.replace(/.$/su, "") };
    default:
      return /^.$/su.test(key) ? { ...state, [field]: text + key } : state;
  }
}

const verbs: Readonly<Record<string, TopVerb>> = {
  enter: "attach",
  r: "restart",
  x: "stop",
  z: "suspend",
  o: "logs",
  w: "why",
};

function inList(state: TopState, key: TopKey): TopStep {
  const verb = verbs[key];
  if (verb !== undefined) {
    const { cursor } = state;
    return { state, effects: cursor === undefined ? [] : [{ kind: "run", verb, agent: cursor }] };
  }
  const move = moves[key];
  if (move !== undefined) return stateOnly(cursorMoved(state, move(state)));
  switch (key) {
    case "q":
      return { state, effects: [{ kind: "quit" }] };
    case "/":
      return stateOnly({
        ...state,
        mode: { kind: "typing", field: "search", before: state.search },
        search: "",
      });
    case "l":
      return stateOnly({
        ...state,
        mode: { kind: "typing", field: "labels", before: state.labels },
        labels: "",
      });
    case "escape":
      return stateOnly({ ...state, search: "", labels: "" });
    case "s":
      return stateOnly({ ...state, order: state.order + 1, first: 0 });
    case "c":
      return stateOnly({ ...state, columns: state.columns + 1 });
    case "?":
    case "h":
      return stateOnly({ ...state, mode: { kind: "help" } });
    case "g":
      return { state, effects: [{ kind: "look" }] };
    default:
      return stateOnly(state);
  }
}

/** The distance a key moves the cursor. */
const moves: Readonly<Record<string, (state: TopState) => number>> = {
  up: () => -1,
  k: () => -1,
  down: () => 1,
  j: () => 1,
  "page-up": ({ room }) => -room,
  "page-down": ({ room }) => room,
  home: ({ names }) => -names.length,
  end: ({ names }) => names.length,
};

function cursorMoved(state: TopState, distance: number): TopState {
  const { names, cursor } = state;
  const at = Math.max(0, names.indexOf(cursor ?? "")) + distance;
  return scrolled({ ...state, cursor: names[Math.min(Math.max(at, 0), names.length - 1)] });
}

/** Returns the view of other agents. The cursor stays on its agent; if that is gone, it stays in its place. */
function withNames(state: TopState, names: readonly string[]): TopState {
  const { cursor } = state;
  if (cursor !== undefined && names.includes(cursor)) return scrolled({ ...state, names });
  const at = Math.max(0, state.names.indexOf(cursor ?? ""));
  return scrolled({ ...state, names, cursor: names[Math.min(at, names.length - 1)] });
}

/** Scrolls so the cursor is on the screen, and the screen is full. */
function scrolled(state: TopState): TopState {
  const { names, cursor, room } = state;
  const at = Math.max(0, names.indexOf(cursor ?? ""));
  const last = Math.max(0, names.length - room);
  const first = Math.min(Math.max(state.first, at - room + 1), at, last);
  return { ...state, first: Math.max(0, first) };
}

function stateOnly(state: TopState): TopStep {
  return { state, effects: [] };
}
