import type { Action } from "../../../src/plan/types.ts";
import { needsReload } from "../../../src/plan/order.ts";
import { killSession, reloadManager, resetFailed, restartUnit, startUnit, stopUnit } from "./model-units.ts";
import { parseConfigMark } from "../../../src/desired/marks/config-mark.ts";
import { change, panesOf, setPanes, type World } from "./world.ts";

/** Returns the machine after all of the actions, in the order of run-plan. */
export function apply(world: World, actions: readonly Action[]): World {
  return perform(announce(world, actions), actions);
}

/** Returns the machine with the files that run-plan leaves on disk before the first of its actions. */
export function announce(world: World, actions: readonly Action[]): World {
  return change(world, (after) => {
    if (actions.some(needsReload)) after.reloadPending = true;
  });
}

/** Returns the machine after some of the actions of an announced plan. */
export function perform(world: World, actions: readonly Action[]): World {
  return change(world, (after) => {
    for (const action of actions) {
      after.now += 1000;
      performOne(after, action);
    }
  });
}

/** Does the same as the drivers, systemd, tmux and the start script for one action. */
function performOne(world: World, action: Action): void {
  switch (action.kind) {
    case "write-file": {
      const { content, mode } = action;
      world.files.set(action.target, { kind: "file", content, mode, modifiedMs: world.now });
      return;
    }
    case "link":
      world.files.set(action.target, { kind: "link", target: action.to });
      return;
    case "remove-file":
    case "unlink":
      world.files.delete(action.target);
      return;
    case "set-mode":
    case "recreate-socket":
      return;
    case "daemon-reload":
      reloadManager(world);
      return;
    case "reset-failed":
      resetFailed(world, action.target);
      return;
    case "start":
      startUnit(world, action.target);
      return;
    case "restart":
      restartUnit(world, action.target);
      return;
    case "stop":
      stopUnit(world, action.target);
      return;
    case "tag": {
      const { agent, unit, config } = action.marks;
      const marks = { agent, sessionUnit: unit, config: parseConfigMark(config) };
      setPanes(
        world,
        panesOf(world).map((pane) => (pane.id === action.target ? { ...pane, ...marks } : pane)),
      );
      return;
    }
    case "log": {
      const { setting } = action.log;
      const started = { log: setting, isPiped: setting !== undefined };
      setPanes(
        world,
        panesOf(world).map((pane) => (pane.id === action.target ? { ...pane, ...started } : pane)),
      );
      return;
    }
    case "kill-session":
      killSession(world, action.target);
      return;
    case "windows":
      throw new Error("the worlds of the laws declare no windows");
  }
}
