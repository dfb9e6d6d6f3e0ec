import type { Layout } from "../../desired/layout.ts";
import type { Observed, ObservedTmuxConfig } from "../../observed/types.ts";
import type { Note } from "../note.ts";
import { unitPhase } from "../view/unit-phase.ts";

/** Age up to which the end of a tmux server is worth a note, ms. */
const recentMs = 60 * 60 * 1_000;

/** Returns what is wrong with the tmux server and its configuration, as notes. */
export function tmuxNotes(observed: Observed, layout: Layout): readonly Note[] {
  const { tmuxConfig, startErrors = [] } = observed;
  return [
    ...serverNote(observed, layout),
    ...configNote(tmuxConfig),
    ...startErrorNote(withoutTold(startErrors, tmuxConfig), layout),
  ];
}

/** Returns a note if the server is gone, or was and is back. Each of its agents shows the same otherwise, without the reason. */
function serverNote(observed: Observed, { holderUnit }: Layout): readonly Note[] {
  const { units, startFailure, serverEndMs, now } = observed;
  const phase = unitPhase(units.get(holderUnit));
  if (
    phase === "failed" ||
    phase === "restarting" ||
    ((phase === "starting" || phase === "stopping") && startFailure !== undefined)
  ) {
    return [
      { kind: "server-down", holder: holderUnit, isGivenUp: phase === "failed", failure: startFailure },
    ];
  }
  if (phase !== "running" || serverEndMs === undefined || now - serverEndMs > recentMs) return [];
  return [{ kind: "server-back", sinceMs: serverEndMs }];
}

function configNote(config: ObservedTmuxConfig | undefined): readonly Note[] {
  switch (config?.kind) {
    case undefined:
      return [];
    case "missing":
      return [{ kind: "tmux-config-missing", path: config.path }];
    case "unreadable":
      return [{ kind: "tmux-config-unreadable", path: config.path, problem: config.message }];
    case "read":
      return config.errors === undefined || config.errors.length === 0
        ? []
        : [{ kind: "tmux-config-wrong", errors: config.errors }];
  }
}

function startErrorNote(errors: readonly string[], { holderUnit }: Layout): readonly Note[] {
  return errors.length === 0 ? [] : [{ kind: "tmux-start-errors", errors, holder: holderUnit }];
}

/** Leaves out errors already in the note about tmux.config. */
function withoutTold(errors: readonly string[], config: ObservedTmuxConfig | undefined): readonly string[] {
  if (config === undefined) return errors;
  if (config.kind !== "read") return errors.filter((error) => !error.startsWith(`${config.path}:`));
  return errors.filter((error) => config.errors?.includes(error) !== true);
}
