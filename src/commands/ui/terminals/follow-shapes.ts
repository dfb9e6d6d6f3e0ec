import { screenShapes } from "../../../drivers/tmux/screen/screen-shapes.ts";
import type { Exec } from "../../../system/exec.ts";
import { grouped } from "../../../text/grouped.ts";
import type { Feed } from "./feed.ts";

/** The looks at the sizes of all open panes. */
interface Shapes {
  /** Looks again and again, until no feed is left. */
  begin(): void;
  end(): void;
}

/** The time between two looks, ms. */
const shapeMs = 1_000;

/** Returns the looks at the panes of feeds, by name of their agents: each feed gets the shape of its pane. */
export function followShapes(exec: Exec, feeds: ReadonlyMap<string, Feed>): Shapes {
  let next: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    for (const [socket, some] of grouped([...feeds.values()], (feed) => feed.pane()?.socket)) {
      const ids = some.flatMap((feed) => feed.pane()?.id ?? []);
      const seen = await screenShapes(exec, socket, ids);
      for (const feed of some) feed.shaped(seen.get(feed.pane()?.id ?? ""));
    }
    next = feeds.size === 0 ? undefined : setTimeout(() => void look(), shapeMs);
  }

  return {
    begin() {
      next ??= setTimeout(() => void look(), shapeMs);
    },
    end: () => clearTimeout(next),
  };
}
