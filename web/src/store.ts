import { useEffect, useState } from "preact/hooks";
import type { UiChange, UiEnd, UiPlanned } from "../../src/ui/changes/ui-change.ts";
import type { UiPictures, UiState } from "../../src/ui/protocol.ts";

/** The state of the connection. */
export type Phase =
  /** Before the first state. */
  | "connecting"
  | "live"
  /** The server does not answer; the page shows the last state. */
  | "lost"
  | "logged-out"
  /** The token was used before, or is too old. */
  | "wrong-token";

/** A change on its way: from its plan over the question to its end. */
export interface Proposal {
  readonly id: number;
  readonly change: UiChange;
  readonly step:
    | "planning"
    /** Its plan is shown. */
    | "asked"
    | "running"
    | "done"
    /** The connection was lost meanwhile, so its end is unknown. */
    | "lost";
  readonly planned: UiPlanned | undefined;
  readonly output: string;
  /** Its ends on all machines; none before. */
  readonly ends: readonly UiEnd[];
}

/** Everything that the views are made of. */
export interface Store {
  readonly phase: Phase;
  readonly fleet: UiState | undefined;
  readonly pictures: UiPictures;
  /** True if the page may ask for changes. */
  readonly control: boolean;
  /** The change that somebody asks for; undefined without one. */
  readonly proposal: Proposal | undefined;
  /** The selected agents of the table; some may be hidden or gone. */
  readonly selected: ReadonlySet<string>;
  /** The agents that a prompt is written for; undefined without one. */
  readonly prompt: readonly string[] | undefined;
  /** The time of the loss of the server, ms since the epoch. */
  readonly lostAt: number | undefined;
  readonly path: string;
  readonly query: URLSearchParams;
}

let store: Store = {
  phase: "connecting",
  fleet: undefined,
  pictures: {},
  control: false,
  proposal: undefined,
  selected: new Set(),
  prompt: undefined,
  lostAt: undefined,
  path: location.pathname,
  query: new URLSearchParams(location.search),
};
const listeners = new Set<() => void>();

/** Returns the present state. */
export function current(): Store {
  return store;
}

/** Changes a part of the state, and draws. */
export function change(part: Partial<Store>): void {
  store = { ...store, ...part };
  if (part.phase === "live") store = { ...store, lostAt: undefined };
  for (const listener of listeners) listener();
}

/** Returns the state, and draws the component again after each change. */
export function useStore(): Store {
  const [, draw] = useState(0);
  useEffect(() => {
    const listener = (): void => draw((times) => times + 1);
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return store;
}
