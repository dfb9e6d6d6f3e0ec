import type { CallerPlace } from "../../attach/attach-way.ts";
import { visible } from "../terminal/display-text.ts";

/** The facts on an agent and a terminal before they meet. */
interface Meeting {
  readonly agent: string;
  /** The window next to it; undefined for its own one. */
  readonly window?: string | undefined;
  /** Its command has ended, and its last screen is left. */
  readonly isDead: boolean;
  readonly isReadOnly: boolean;
  readonly place: CallerPlace;
}

/** Returns what a person should know, as sentences: they stand on the terminal before the screen of the agent. */
export function attachRemarks({ agent, window, isDead, isReadOnly, place }: Meeting): readonly string[] {
  const name = visible(agent);
  return [
    ...(isDead && window !== undefined
      ? [`The command of ${name}:${visible(window)} has ended. This is its last screen.`]
      : isDead
        ? [`The command of ${name} has ended. This is its last screen; start it with: fleet start ${name}`]
        : []),
    ...(place.kind === "other-server"
      ? ["This terminal is in another tmux: press its prefix key twice, then d, to leave the agent."]
      : []),
    ...(isReadOnly
      ? [
          `Your keys do not reach ${name}, and you cannot scroll. To read more: fleet logs ${name}${window === undefined ? "" : `:${visible(window)}`}`,
        ]
      : []),
  ];
}
