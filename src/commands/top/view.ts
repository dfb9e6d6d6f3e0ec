import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { parseSelector, selects, type LabelSelector } from "../../plan/selection/label-selector.ts";
import { sortAgents } from "../../report/table/sort-agents.ts";
import type { FleetStatus } from "../../report/status/status-json.ts";
import { listenRaw } from "../../report/terminal/raw-keys.ts";
import { openScreen } from "../../report/terminal/screen.ts";
import { columnNamesOf, orderOf, roomIn, topLines } from "../../report/top/top-frame.ts";
import { keysOf } from "../../top/keys.ts";
import { beforeTop, stepTop, type TopEffect, type TopEvent, type TopVerb } from "../../top/top-state.ts";
import type { Context } from "../shared/context.ts";
import { createRefresher } from "../status/refresh.ts";
import type { StatusLook } from "../status/look.ts";
import { runForAgent } from "./run-command.ts";

/** The view of `fleet top` on the terminal. */
export interface Top {
  /** Shows the agents of a new look. */
  show(look: StatusLook): void;
  /** Shows that a look has failed, next to the agents of the last one. */
  fail(diagnostics: readonly Diagnostic[]): void;
  /** Fulfilled at its end: with true if the terminal is gone. */
  readonly left: Promise<boolean>;
}

/** The time between two readings of figures, ms: for 500 agents, a tmux server takes 40 ms to list them. */
const refreshMs = 5_000;
/** The time until the figures of other agents on the screen are read, ms. */
const scrolledMs = 300;

/** Takes the terminal, and carries out the steps of the view. `ask` looks at the machine at once. */
export function openTop(first: StatusLook, path: string, context: Context, ask: () => void): Top {
  const { exec, output } = context;
  let [look, problem, state] = [first, undefined as string | undefined, beforeTop];
  let isAway = false;
  let [isRunning, hasLeft] = [false, false];
  let selector: { readonly text: string; readonly labels: LabelSelector | undefined } = {
    text: "",
    labels: undefined,
  };
  let leave: (hasHungUp: boolean) => void = () => undefined;
  const left = new Promise<boolean>((resolve) => (leave = resolve));
  const refresher = createRefresher(exec, { shares: true });
  const screen = openScreen();
  const keys = listenRaw(onData, () => end(true));
  const [onInterrupt, onTerm, onHangUp] = [
    () => void (isAway || end(false)),
    () => end(false),
    () => end(true),
  ];
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerm).on("SIGHUP", onHangUp).on("SIGCONT", comeBack);
  process.stdout.on("resize", onResize).on("error", onHangUp);
  let timer: NodeJS.Timeout | undefined;
  onResize();
  refreshIn(scrolledMs);
  return {
    show(seen) {
      const known = new Map(look.status.agents.map((row) => [row.name, row]));
      look = {
        ...seen,
        status: { ...seen.status, agents: seen.status.agents.map((row) => kept(row, known)) },
      };
      problem = undefined;
      update();
    },
    fail([error]) {
      problem = error === undefined ? undefined : `${error.summary}; shown is the last look`;
      draw();
    },
    left,
  };

  function onData(data: string): void {
    for (const key of keysOf(data)) if (!isAway) take({ kind: "key", key });
  }

  function onResize(): void {
    take({ kind: "resized", room: roomIn(screen.rows) });
  }

  function take(event: TopEvent): void {
    const before = state;
    const next = stepTop(state, event);
    ({ state } = next);
    update();
    if (state.first !== before.first || state.room !== before.room || state.search !== before.search) {
      refreshIn(scrolledMs);
    }
    for (const effect of next.effects) perform(effect);
  }

  /** Sorts and filters again, and draws. */
  function update(): void {
    const names = sortAgents(look.status.agents.filter(isWanted), orderOf(state)).map(({ name }) => name);
    ({ state } = stepTop(state, { kind: "names", names }));
    const isWrong = selector.labels === undefined && state.labels !== "" && state.mode.kind === "list";
    if (isWrong)
      ({ state } = stepTop(state, { kind: "told", message: `No selector of labels: ${state.labels}` }));
    draw();
  }

  function isWanted({ name, labels = {} }: FleetStatus["agents"][number]): boolean {
    if (selector.text !== state.labels) {
      const parsed = state.labels === "" ? undefined : parseSelector(state.labels);
      selector = { text: state.labels, labels: parsed?.ok ? parsed.value : undefined };
    }
    const isFound = name.toLowerCase().includes(state.search.toLowerCase());
    return isFound && (selector.labels === undefined || selects(selector.labels, labels));
  }

  function draw(): void {
    if (isAway) return;
    const rows = new Map(look.status.agents.map((row) => [row.name, row]));
    const frame = { fleet: look.status.fleet, rows, nowMs: Date.now(), problem };
    screen.draw(topLines(state, frame, screen, output.colors));
  }

  async function refresh(): Promise<void> {
    if (!isAway) {
      const visible = new Set(state.names.slice(state.first, state.first + state.room));
      const before = look;
      const fresh = await refresher.refresh(before, visible, columnNamesOf(state).includes("last"));
      // A look in the meantime is newer.
      if (look === before) look = fresh;
      update();
    }
    refreshIn(refreshMs);
  }

  function refreshIn(ms: number): void {
    clearTimeout(timer);
    if (!hasLeft) timer = setTimeout(() => void refresh(), ms);
  }

  function perform(effect: TopEffect): void {
    switch (effect.kind) {
      case "quit":
        return end(false);
      case "pause":
        goAway();
        process.kill(process.pid, "SIGTSTP");
        return;
      case "look":
        return ask();
      case "run":
        return void run(effect.verb, effect.agent);
    }
  }

  async function run(verb: TopVerb, agent: string): Promise<void> {
    isRunning = true;
    goAway();
    const row = look.status.agents.find(({ name }) => name === agent);
    const isSuspended = row?.plan?.suspended !== undefined;
    await runForAgent(verb === "suspend" && isSuspended ? "resume" : verb, agent, path);
    isRunning = false;
    comeBack();
    ask();
  }

  function goAway(): void {
    isAway = true;
    keys.pause();
    screen.leave();
  }

  function comeBack(): void {
    if (!isAway || isRunning || hasLeft) return;
    isAway = false;
    screen.enter();
    keys.resume();
    onResize();
  }

  function end(hasHungUp: boolean): void {
    clearTimeout(timer);
    process
      .off("SIGINT", onInterrupt)
      .off("SIGTERM", onTerm)
      .off("SIGHUP", onHangUp)
      .off("SIGCONT", comeBack);
    process.stdout.off("resize", onResize);
    if (!isAway && !hasHungUp) keys.pause();
    screen.leave();
    [isAway, hasLeft] = [true, true];
    leave(hasHungUp);
  }
}

/** Returns a row of a new look with the figures of the last refresh, so they do not flicker. */
function kept(
  row: FleetStatus["agents"][number],
  known: ReadonlyMap<string, FleetStatus["agents"][number]>,
): typeof row {
  const before = known.get(row.name);
  if (before === undefined || before.pid !== row.pid) return row;
  const { processorShare, lastLine } = before;
  return { ...row, processorShare, lastLine };
}
