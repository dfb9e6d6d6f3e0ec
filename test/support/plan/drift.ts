import {
  agentUnit,
  dropInPath,
  envPath,
  linkPath,
  timerLinkPath,
  timerPath,
  timerUnit,
  unitFilePath,
} from "../../../src/desired/layout.ts";
import { markWithComment } from "../../../src/desired/marks/file-mark.ts";
import type { ObservedFile, ObservedPane } from "../../../src/observed/types.ts";
import { ownedIn } from "./goal.ts";
import {
  crash,
  endProcesses,
  killSession,
  reloadManager,
  restartUnit,
  setUnit,
  startUnit,
  stopUnit,
} from "./model-units.ts";
import { change, panesOf, setPanes, textAt, type World } from "./world.ts";

/** An event on a machine behind the fleet's back. `pick` chooses the victim. */
type Drift = (world: World, pick: number) => void;

/** Events of the fleet's own things. */
const misfortunes = {
  sessionKilled: ofPane((world, { sessionId }) => killSession(world, sessionId)),
  sessionRenamed: ofPane((world, pane) => movePane(world, pane, { sessionName: `${pane.agent}-kept` })),
  sessionRenamedAndRestarted: ofPane((world, pane) => {
    movePane(world, pane, { sessionName: `${pane.agent}-kept` });
    if (pane.agent !== undefined) restartUnit(world, agentUnit(world.layout, pane.agent));
  }),
  userWindowOpened: ofPane((world, pane) => addPane(world, { ...pane, agent: undefined, config: undefined })),
  attached: ofPane((world, pane) => movePane(world, pane, { attached: 1 })),
  silent: ofPane((world, pane) => movePane(world, pane, { activity: pane.activity - 3600 })),
  crashed: ofAgent((world, name) => {
    if (world.units.get(agentUnit(world.layout, name))?.active === "active") crash(world, name, 137);
  }),
  stopped: ofAgent((world, name) => stopUnit(world, agentUnit(world.layout, name))),
  restarted: ofAgent((world, name) => restartUnit(world, agentUnit(world.layout, name))),
  startedOften: ofAgent((world, name) => {
    const unit = agentUnit(world.layout, name);
    if (world.units.has(unit)) world.starts.set(unit, 5);
  }),
  failed: ofAgent((world, name) => {
    endProcesses(world, name);
    setUnit(world, agentUnit(world.layout, name), "failed", "failed");
  }),
  autoRestarting: ofAgent((world, name) => {
    endProcesses(world, name);
    setUnit(world, agentUnit(world.layout, name), "activating", "auto-restart");
  }),
  envEdited: ofAgent((world, name) =>
    editFile(world, envPath(world.layout, name), (text) => `${text}EXTRA=1\n`),
  ),
  envRemoved: ofAgent((world, name) => world.files.delete(envPath(world.layout, name))),
  envReadable: ofAgent((world, name) => setMode(world, envPath(world.layout, name), 0o644)),
  dropInEdited: ofAgent((world, name) =>
    editFile(world, dropInPath(world.layout, name), (text) => `# mine\n${text}`),
  ),
  dropInRemoved: ofAgent((world, name) => world.files.delete(dropInPath(world.layout, name))),
  unitFileEdited: ofAgent((world, name) =>
    editFile(world, unitFilePath(world.layout, name), (text) => `# mine\n${text}`),
  ),
  unitFileRemoved: ofAgent((world, name) => world.files.delete(unitFilePath(world.layout, name))),
  timerStopped: ofAgent((world, name) => stopUnit(world, timerUnit(world.layout, name))),
  timerEdited: ofAgent((world, name) =>
    editFile(world, timerPath(world.layout, name), (text) => `# mine\n${text}`),
  ),
  timerRemoved: ofAgent((world, name) => world.files.delete(timerPath(world.layout, name))),
  timerElapsed: ofAgent((world, name) => {
    if (world.units.has(timerUnit(world.layout, name))) startUnit(world, agentUnit(world.layout, name));
  }),
  linkRemoved: ofAgent((world, name) => world.files.delete(linkPath(world.layout, name))),
  linkBent: ofAgent((world, name) => {
    const path = linkPath(world.layout, name);
    if (world.files.has(path)) world.files.set(path, { kind: "link", target: "/elsewhere" });
  }),
  templateEdited: (world) => editFile(world, world.layout.templatePath, (text) => `# mine\n${text}`),
  holderEdited: (world) => editFile(world, world.layout.holderPath, (text) => `# mine\n${text}`),
  scriptUnrunnable: (world) => setMode(world, world.layout.scriptPath, 0o644),
  scriptRemoved: (world) => void world.files.delete(world.layout.scriptPath),
  holderStopped: (world) => {
    if (world.tmux?.unit === world.layout.holderUnit) stopUnit(world, world.layout.holderUnit);
  },
  holderFailed: (world) => {
    if (world.tmux?.unit !== world.layout.holderUnit) return;
    stopUnit(world, world.layout.holderUnit);
    setUnit(world, world.layout.holderUnit, "failed", "failed");
  },
  reloadCutOff: (world) => void (world.reloadPending = true),
  reloaded: reloadManager,
  rebooted: (world) => {
    stopUnit(world, world.layout.holderUnit);
    for (const name of namesIn(world)) {
      stopUnit(world, agentUnit(world.layout, name));
      stopUnit(world, timerUnit(world.layout, name));
    }
    reloadManager(world);
    for (const name of namesIn(world)) {
      if (world.files.has(timerLinkPath(world.layout, name))) startUnit(world, timerUnit(world.layout, name));
      if (world.files.has(linkPath(world.layout, name))) startUnit(world, agentUnit(world.layout, name));
    }
  },
} satisfies Readonly<Record<string, Drift>>;

/** Acts of other people, or of the user with things that are not the fleet's. The names are such as fleets declare. */
const strangers = {
  sessionOpened: (world, pick) => addPane(world, { sessionName: strangeName(pick) }),
  envWritten: (world, pick) => addFile(world, envPath(world.layout, strangeName(pick)), "MODEL=mine\n"),
  envCopied: (world, pick) => {
    const from = namesIn(world)[pick % Math.max(1, namesIn(world).length)];
    const text = from === undefined ? undefined : textAt(world, envPath(world.layout, from));
    if (text !== undefined) addFile(world, envPath(world.layout, `copy-of-${from}`), text);
  },
  envOfAnotherFleet: (world, pick) => {
    const name = strangeName(pick);
    addFile(world, envPath(world.layout, name), markWithComment("A=1\n", { fleet: "other", agent: name }));
  },
  envUnmarked: ofAgent((world, name) => {
    editFile(world, envPath(world.layout, name), (text) => text.replace(/^#.*\n/, ""));
  }),
  dropInWritten: (world, pick) =>
    addFile(world, dropInPath(world.layout, strangeName(pick)), "[Service]\nNice=5\n"),
  linkMade: (world, pick) => {
    const path = linkPath(world.layout, strangeName(pick));
    if (world.files.has(path)) return;
    world.files.set(path, { kind: "link", target: world.layout.templatePath });
    reloadManager(world);
  },
  unitStarted: (world, pick) => {
    const name = strangeName(pick);
    const unit = agentUnit(world.layout, name);
    if (world.units.get(world.layout.holderUnit)?.active !== "active" || world.units.has(unit)) return;
    if (panesOf(world).some(({ sessionName }) => sessionName === name) || ownedIn(world).has(name)) return;
    addPane(world, { sessionName: name, agent: name });
    setUnit(world, unit, "active", "running");
  },
  serverStarted: (world) => {
    stopUnit(world, world.layout.holderUnit);
    world.tmux = { pid: world.serial++, unit: "app.scope", panes: [] };
    addPane(world, { sessionName: "notes" });
  },
  unitFailed: (world, pick) => {
    const name = strangeName(pick);
    const unit = agentUnit(world.layout, name);
    if (world.units.has(unit) || ownedIn(world).has(name)) return;
    if (panesOf(world).some(({ sessionName }) => sessionName === name)) return;
    addPane(world, { sessionName: name, agent: name, dead: true });
    setUnit(world, unit, "failed", "failed");
  },
} satisfies Readonly<Record<string, Drift>>;

/** Events that take a while, and are seen half-way. */
const transitions = {
  starting: ofAgent((world, name) => {
    const unit = agentUnit(world.layout, name);
    stopUnit(world, unit);
    if (world.tmux?.unit === world.layout.holderUnit) setUnit(world, unit, "activating", "start");
  }),
  stopping: ofAgent((world, name) => {
    const unit = agentUnit(world.layout, name);
    if (world.units.get(unit)?.active !== "active") return;
    endProcesses(world, name);
    setUnit(world, unit, "deactivating", "stop-sigterm");
  }),
  /** A restart by somebody else, before the end of the run. */
  restarting: ofAgent((world, name) => queueRestart(world, name, "deactivating", "stop-post")),
  /** The same, while systemd waits for the end of other units first. */
  restartQueued: ofAgent((world, name) => queueRestart(world, name, "active", "running")),
} satisfies Readonly<Record<string, Drift>>;

export type Transition = keyof typeof transitions;
export type Misfortune = keyof typeof misfortunes;
export type Stranger = keyof typeof strangers;

export const misfortuneNames = Object.keys(misfortunes) as readonly Misfortune[];
export const transitionNames = Object.keys(transitions) as readonly Transition[];
export const strangerNames = Object.keys(strangers) as readonly Stranger[];

/** One event. */
export interface Happening {
  readonly what: Misfortune | Stranger | Transition;
  readonly pick: number;
}

const drifts: Readonly<Record<Happening["what"], Drift>> = {
  ...misfortunes,
  ...strangers,
  ...transitions,
};

/** Returns the machine after all these events, one after the other, in the course of minutes. */
export function drift(world: World, happenings: readonly Happening[]): World {
  return change(world, (after) => {
    for (const { what, pick } of happenings) {
      after.now += 30_000;
      drifts[what](after, pick);
    }
  });
}

/** Returns the agents with the fleet's mark, sorted. */
function namesIn(world: World): readonly string[] {
  return [...ownedIn(world)].sort();
}

function ofAgent(happen: (world: World, name: string) => unknown): Drift {
  return (world, pick) => {
    const names = namesIn(world);
    const name = names[pick % Math.max(1, names.length)];
    if (name !== undefined) happen(world, name);
  };
}

function ofPane(happen: (world: World, pane: ObservedPane) => void): Drift {
  return (world, pick) => {
    const live = panesOf(world).filter(
      ({ agent, config, dead }) => agent !== undefined && config !== undefined && !dead,
    );
    const pane = live[pick % Math.max(1, live.length)];
    if (pane !== undefined) happen(world, pane);
  };
}

function strangeName(pick: number): string {
  return ["other", "canary2", "can", "b", "notes"][pick % 5] ?? "other";
}

/** Sets common properties of a session's panes. */
function movePane(world: World, { sessionId }: ObservedPane, difference: Partial<ObservedPane>): void {
  setPanes(
    world,
    panesOf(world).map((pane) => (pane.sessionId === sessionId ? { ...pane, ...difference } : pane)),
  );
}

/** Adds a pane in a session of its own, unless an id of a session is given. There is none without a server. */
function addPane(world: World, difference: Partial<ObservedPane>): void {
  const isTaken = panesOf(world).some(
    ({ sessionName, sessionId }) =>
      sessionName === difference.sessionName && sessionId !== difference.sessionId,
  );
  if (world.tmux === undefined || isTaken) return;
  const pane: ObservedPane = {
    sessionId: `$${world.serial++}`,
    sessionName: "notes",
    sessionUnit: difference.agent === undefined ? "" : agentUnit(world.layout, difference.agent),
    dead: false,
    attached: 0,
    activity: Math.floor(world.now / 1000),
    agent: undefined,
    config: undefined,
    units: undefined,
    ...difference,
    id: `%${world.serial++}`,
    pid: world.serial++,
  };
  setPanes(world, [...panesOf(world), pane]);
}

function addFile(world: World, path: string, content: string): void {
  if (world.files.has(path)) return;
  world.files.set(path, { kind: "file", content, mode: 0o600, modifiedMs: world.now });
  if (path.endsWith(".conf")) reloadManager(world);
}

function editFile(world: World, path: string, edit: (text: string) => string): void {
  changeFile(world, path, (file) => ({ ...file, content: edit(file.content), modifiedMs: world.now }));
}

function setMode(world: World, path: string, mode: number): void {
  changeFile(world, path, (file) => ({ ...file, mode }));
}

type RegularFile = Extract<ObservedFile, { kind: "file" }>;

function changeFile(world: World, path: string, edit: (file: RegularFile) => RegularFile): void {
  const file = world.files.get(path);
  if (file?.kind === "file") world.files.set(path, edit(file));
}

function queueRestart(world: World, name: string, active: string, sub: string): void {
  const unit = agentUnit(world.layout, name);
  const found = world.units.get(unit);
  if (found?.active === "active") world.units.set(unit, { ...found, active, sub, job: "restart" });
}
