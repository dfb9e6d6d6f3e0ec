import type { Change } from "../change.ts";
import { replacedHolder } from "../in-force/replaced-holder.ts";
import { folderHindrance } from "../view/folder-check.ts";
import type { FleetView } from "./fleet-view.ts";
import { socketRival, tmuxHindrance } from "./tmux-check.ts";
import { newerHindrance } from "./version-check.ts";

/** The obstacles of a whole fleet; undefined for none. */
export interface Hindrances {
  /** The obstacle on the machine. A person has to remove it, even if nothing is to be done now. */
  readonly standing: Change | undefined;
  /** The obstacle for services and agents. */
  readonly ofAll: Change | undefined;
  /** The obstacle for agents, which need the tmux server as well. */
  readonly ofAgents: Change | undefined;
}

/** Returns the obstacles of a whole fleet. `foreign` is a shared file without our mark. */
export function findHindrances(
  { desired: { layout }, observed, options }: Pick<FleetView, "desired" | "observed" | "options">,
  foreign: Change | undefined,
): Hindrances {
  const standing = folderHindrance(observed, layout) ?? foreign ?? replacedHolder(observed, layout);
  const newer = options.isWatch === true ? newerHindrance(observed, layout) : undefined;
  const ofAll = standing ?? newer;
  const ofAgents = ofAll ?? tmuxHindrance(observed, layout) ?? socketRival(observed, layout);
  return { standing, ofAll, ofAgents };
}
