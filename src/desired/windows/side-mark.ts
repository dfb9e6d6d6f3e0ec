import { remembering } from "../../text/remembering.ts";

/** The mark of a declared pane next to an agent: its option @mosaic_pane. */
export interface SideMark {
  readonly fleet: string;
  readonly agent: string;
  /** The digest of the pane, see DesiredPane. */
  readonly hash: string;
  /** The digest of the arrangement of its window. */
  readonly arrangement: string;
  /** The name of its window in fleet.yaml. */
  readonly window: string;
}

/** Returns the text of a mark, without a character that has a meaning for tmux or sh in single quotes. */
export function formatSideMark({ fleet, agent, hash, arrangement, window }: SideMark): string {
  return `${fleet} ${agent} ${hash} ${arrangement} ${window}`;
}

/** Parses a text of formatSideMark; undefined for anything else. */
export const parseSideMark = remembering((text): SideMark | undefined => {
  const found =
    /^(?<fleet>[\w-]+) (?<agent>[\w-]+) (?<hash>[0-9a-f]{8}) (?<arrangement>[0-9a-f]{8}) (?<window>.+)$/.exec(
      text,
    )?.groups;
  const { fleet = "", agent = "", hash = "", arrangement = "", window = "" } = found ?? {};
  return found === undefined ? undefined : { fleet, agent, hash, arrangement, window };
});
