import { rmSync } from "node:fs";
import { clearTyping, forgetReader, markedScreens } from "../../../drivers/tmux/screen/open-screen.ts";
import { createStayingShell, viaShell } from "../../../system/child/staying-shell.ts";
import type { PageLink, PagePart } from "../../../ui/page-link.ts";
import { createViewer, type Viewer } from "../../../ui/terminal/viewer.ts";
import { createFeed, type Feed, type FeedWorld } from "./feed.ts";
import { followShapes } from "./follow-shapes.ts";
import { endReader } from "./reader-pipe.ts";

/** The open terminals of all pages. */
export interface Terminals extends PagePart {
  /** Ends all pipes. */
  readonly close: () => Promise<void>;
}

/** The largest numbers of agents with an open terminal, and of terminals on one page. */
const mostFeeds = 16;
const mostOnPage = 8;
/** Returns the terminals: none yet. All pages share one pipe for each agent. */
export function createTerminals(given: FeedWorld): Terminals {
  const shell = createStayingShell();
  const world = { ...given, exec: viaShell(given.exec, shell) };
  const feeds = new Map<string, Feed>();
  const closing = new Map<string, Promise<void>>();
  const pages = new Map<PageLink, Map<number, { readonly feed: Feed; readonly viewer: Viewer }>>();
  const shapes = followShapes(world.exec, feeds);

  function open(link: PageLink, channel: number, agent: string): void {
    close(link, channel);
    const own = pages.get(link) ?? new Map<number, { readonly feed: Feed; readonly viewer: Viewer }>();
    pages.set(link, own);
    const viewer = createViewer(link, channel);
    const known = feeds.get(agent);
    if (own.size >= mostOnPage || (known === undefined && feeds.size >= mostFeeds)) {
      viewer.tell({ kind: "none", reason: "too-many", columns: 80, rows: 24, mode: "", above: 0 });
      return;
    }
    const feed = known ?? createFeed(agent, world);
    feeds.set(agent, feed);
    own.set(channel, { feed, viewer });
    // The former pipe of this agent may be about to end.
    void begin();
    shapes.begin();

    async function begin(): Promise<void> {
      await closing.get(agent);
      if (own.get(channel)?.viewer === viewer) feed.add(viewer);
    }
  }

  function close(link: PageLink, channel: number): void {
    const shown = pages.get(link)?.get(channel);
    if (shown === undefined) return;
    const { feed, viewer } = shown;
    pages.get(link)?.delete(channel);
    feed.remove(viewer);
    const isWatched = [...pages.values()].some((own) => [...own.values()].some((each) => each.feed === feed));
    if (!isWatched) end(feed);
  }

  function end(feed: Feed): void {
    feeds.delete(feed.agent);
    const ended = feed.close().finally(() => {
      if (closing.get(feed.agent) === ended) closing.delete(feed.agent);
      if (feeds.size + closing.size === 0) shell.end();
    });
    closing.set(feed.agent, ended);
  }

  return {
    take(link, message) {
      switch (message.t) {
        case "open":
          return open(link, message.channel, message.agent);
        case "close":
          return close(link, message.channel);
        case "ack": {
          const shown = pages.get(link)?.get(message.channel);
          if (shown?.viewer.ack(message.bytes) === true) shown.feed.renew();
          return undefined;
        }
        case "reading": {
          const shown = pages.get(link)?.get(message.channel);
          return shown?.feed.read(shown.viewer, message.on);
        }
        case "earlier": {
          const shown = pages.get(link)?.get(message.channel);
          return void shown?.feed.earlier(shown.viewer, message.end);
        }
        case "again":
        case "find":
        case "look":
        case "plan":
        case "agree":
        case "send":
        case "typing":
        case "keys":
        case "paste":
          return undefined;
      }
    },
    left(link) {
      for (const channel of pages.get(link)?.keys() ?? []) close(link, channel);
      pages.delete(link);
    },
    async close() {
      shapes.end();
      for (const feed of feeds.values()) end(feed);
      await Promise.all(closing.values());
    },
  };
}

/**
 * Removes the readers, marks and FIFOs of a server that was killed. Only one server of a fleet runs at a time.
 */
export async function clearTerminals(
  { exec, folder, fleet }: Pick<FeedWorld, "exec" | "folder" | "fleet">,
  socket: string,
): Promise<void> {
  for (const [id, mark] of await markedScreens(exec, socket)) {
    if (!mark.startsWith(`${fleet}.`)) continue;
    await endReader(folder, mark);
    await forgetReader(exec, { socket, id }, mark);
  }
  await clearTyping(exec, socket);
  rmSync(folder, { recursive: true, force: true });
}
