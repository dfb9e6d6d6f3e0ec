import { join } from "node:path/posix";
import type { Layout } from "../../desired/layout.ts";
import { listReadableFolder, readPath } from "../../drivers/files/read.ts";
import type { OtherFleet } from "../../observed/types.ts";

const holderSuffix = "-tmux-holder.service";

/**
 * Returns the other fleets of this user, by their holder units. Returns none for an unreadable folder, which
 * is reported elsewhere.
 */
export function readOtherFleets({ unitDir, holderUnit }: Layout): readonly OtherFleet[] {
  return holdersIn(unitDir)
    .filter((file) => file !== holderUnit)
    .map((file) => {
      const found = readPath(join(unitDir, file));
      const text = found?.kind === "file" ? found.content : "";
      return {
        fleet: file.slice(0, -holderSuffix.length),
        socket: /^Environment="?MOSAIC_TMUX_SOCKET=([^"\n]*)"?$/m.exec(text)?.[1],
      };
    });
}

function holdersIn(folder: string): readonly string[] {
  return listReadableFolder(folder).filter((file) => file.endsWith(holderSuffix));
}
