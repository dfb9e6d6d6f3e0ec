import type { FleetConfig } from "../../config/types.ts";
import { digest } from "../../text/digests/digest.ts";
import { expandHome } from "../../text/paths.ts";
import { readPath } from "../../drivers/files/read.ts";
import { realPath } from "../../drivers/files/real-path.ts";

/** Reports, at each look, whether the fleet's tmux.conf differs from that of the look before, and how to respond. */
export function tmuxConfigNotes(home: string): (config: FleetConfig) => string | undefined {
  let known: string | undefined;
  return ({ tmux: { config, socket } }) => {
    const path = config === undefined ? undefined : expandHome(config, home);
    const file = path === undefined ? undefined : readPath(realPath(path));
    const seen = file?.kind === "file" ? digest(`${path}\n${file.content}`) : undefined;
    const isOther = known !== undefined && seen !== undefined && seen !== known;
    known = seen ?? known;
    if (!isOther) return undefined;
    return `${config} has changed. The tmux server reads it at its next start; now: tmux -L ${socket} source-file ${config}`;
  };
}
