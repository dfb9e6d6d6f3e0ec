import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { roomIn, topLines } from "../../report/top/top-frame.ts";
import { stopUntilContinued } from "../../system/stop-process.ts";
import { keysOf } from "../../top/keys.ts";
import {
  beforeTop,
  stepTop,
  type TopEffect,
  type TopEvent,
  type TopState,
  type TopVerb,
} from "../../top/top-state.ts";
import type { Context } from "../shared/context.ts";
import type { StatusLook } from "../status/look.ts";
import { followFigures } from "./follow-figures.ts";
import { runForAgent } from "./run-command.ts";
import { withAgents, withKnownFigures } from "./shown-agents.ts";
import { openViewTerminal } from "./view-terminal.ts";

/** The view of `fleet top` on the terminal. */
export interface Top {
  /** Shows the agents of a new look. */
  show(look: StatusLook): void;
  /** Shows that a look has failed, next to the agents of the last one. */
  fail(diagnostics: readonly Diagnostic[]): void;
  /** Fulfilled at its end: with true if the terminal is gone. */
  readonly left: Promise<boolean>;
}

/** Everything that is on the screen. */
interface TopScreen {
  readonly look: StatusLook;
  /** The failure of the last look; undefined if it succeeded. */
  readonly problem: string | undefined;
  readonly state: TopState;
}

/** The time until the figures of other agents on the screen are read, ms. */
const scrolledMs = 300;

/** Takes the terminal, and carries out the steps of the view. `ask` looks at the machine at once. */
export function openTop(first: StatusLook, path: string, context: Context, ask: () => void): Top {
  let shown: TopScreen = { look: first, problem: undefined, state: beforeTop };
  let leave: (hasHungUp: boolean) => void = () => undefined;
  const left = new Promise<boolean>((resolve) => (leave = resolve));
  const terminal = openViewTerminal({
    onData: (data) => keysOf(data).forEach((key) => take({ kind: "key", key })),
    onResize,
    onEnd: leaveView,
  });
  const figures = followFigures(
    context.exec,
    () => (terminal.isAway() ? undefined : shown),
    (before, look) => shown.look === before && update({ look }),
  );
  onResize();
  figures.readIn(scrolledMs);
  return {
    show: (look) => update({ look: withKnownFigures(look, shown.look), problem: undefined }),
    fail([error]) {
      if (error !== undefined) update({ problem: `${error.summary}; shown is the last look` });
    },
    left,
  };

  function onResize(): void {
    take({ kind: "resized", room: roomIn(terminal.screen.rows) });
  }

  function take(event: TopEvent): void {
    if (event.kind === "key" && terminal.isAway()) return;
    const before = shown.state;
    const { state, effects } = stepTop(before, event);
    update({ state });
    if (wantsFigures(shown.state, before)) figures.readIn(scrolledMs);
    for (const effect of effects) perform(effect);
  }

  /** Sorts and filters again, and draws. */
  function update(change: Partial<TopScreen>): void {
    shown = { ...shown, ...change };
    shown = { ...shown, state: withAgents(shown.state, shown.look) };
    if (!terminal.isAway()) terminal.screen.draw(shownLines(shown, terminal.screen, context));
  }

  function perform(effect: TopEffect): void {
    switch (effect.kind) {
      case "quit":
        return leaveView(false);
      case "pause":
        terminal.lend("continued");
        stopUntilContinued();
        return terminal.takeBack();
      case "look":
        return ask();
      case "run":
        return void actOn(effect.verb, effect.agent);
    }
  }

  async function actOn(verb: TopVerb, agent: string): Promise<void> {
    terminal.lend("taken-back");
    const row = shown.look.status.agents.find(({ name }) => name === agent);
    const isSuspended = row?.plan?.suspended !== undefined;
    await runForAgent(verb === "suspend" && isSuspended ? "resume" : verb, agent, path);
    terminal.takeBack();
    ask();
  }

  function leaveView(hasHungUp: boolean): void {
    figures.close();
    terminal.close(hasHungUp);
    leave(hasHungUp);
  }
}

/** Returns true if other agents are on the screen now. */
function wantsFigures(state: TopState, before: TopState): boolean {
  return state.first !== before.first || state.room !== before.room || state.search !== before.search;
}

function shownLines(
  { look, problem, state }: TopScreen,
  screen: Parameters<typeof topLines>[2],
  { output }: Context,
): readonly string[] {
  const rows = new Map(look.status.agents.map((row) => [row.name, row]));
  const frame = { fleet: look.status.fleet, rows, nowMs: Date.now(), problem };
  return topLines(state, frame, screen, output.colors);
}
