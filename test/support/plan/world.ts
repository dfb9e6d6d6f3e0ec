import type { Inputs } from "../../../src/desired/inputs.ts";
import type { Layout } from "../../../src/desired/layout.ts";
import type {
  Observed,
  ObservedFile,
  ObservedPane,
  ObservedRun,
  ObservedUnit,
} from "../../../src/observed/types.ts";

/**
 * A small model of a machine: its observable state, and the hidden state on which the goal depends. Functions that
 * change it change a copy, made by `change`.
 */
export interface World {
  readonly layout: Layout;
  /** ms since the epoch. Every action takes one second. */
  now: number;
  readonly units: Map<string, ObservedUnit>;
  /** Undefined if no server listens on the fleet's socket. */
  tmux: Server | undefined;
  readonly files: Map<string, ObservedFile>;
  readonly runtime: Map<string, ObservedRun>;
  inputs: Inputs;
  reloadPending: boolean;
  selfUnit: string | undefined;

  /** Texts of the unit files as the user manager has read them, by path. */
  readonly loaded: Map<string, string>;
  /** Text of the env file at each agent's last start, by agent. */
  readonly startedWith: Map<string, string | undefined>;
  /** Starts counted for the start limit, by unit. */
  readonly starts: Map<string, number>;
  /** For ids and pids. Each is given once. */
  serial: number;
}

interface Server {
  readonly pid: number;
  readonly unit: string | undefined;
  readonly panes: readonly ObservedPane[];
}

/** Returns an empty machine. */
export function emptyWorld(layout: Layout, inputs: Inputs): World {
  return {
    layout,
    now: Date.UTC(2026, 0, 1),
    units: new Map(),
    tmux: undefined,
    files: new Map(),
    runtime: new Map(),
    inputs,
    reloadPending: false,
    selfUnit: undefined,
    loaded: new Map(),
    startedWith: new Map(),
    starts: new Map(),
    serial: 1,
  };
}

/** Returns a changed copy. */
export function change(world: World, edit: (copy: World) => void): World {
  const copy: World = {
    ...world,
    units: new Map(world.units),
    files: new Map(world.files),
    runtime: new Map(world.runtime),
    loaded: new Map(world.loaded),
    startedWith: new Map(world.startedWith),
    starts: new Map(world.starts),
  };
  edit(copy);
  return copy;
}

/** Returns the state as observed by the program. */
export function observedOf(world: World): Observed {
  const { now, units, tmux, files, runtime, inputs, reloadPending, selfUnit } = world;
  return {
    now,
    units,
    tmux: tmux === undefined ? { kind: "absent" } : { kind: "server", ...tmux },
    files,
    runtime,
    inputs,
    reloadPending,
    selfUnit,
  };
}

/** Returns all panes on the fleet's socket. */
export function panesOf(world: World): readonly ObservedPane[] {
  return world.tmux?.panes ?? [];
}

export function setPanes(world: World, panes: readonly ObservedPane[]): void {
  if (world.tmux !== undefined) world.tmux = { ...world.tmux, panes };
}

/** Returns the text of a regular file, or undefined if there is none. */
export function textAt(world: World, path: string): string | undefined {
  const found = world.files.get(path);
  return found?.kind === "file" ? found.content : undefined;
}
