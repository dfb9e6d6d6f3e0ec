import { rmSync } from "node:fs";
import { clearTyping, forgetReader, markedScreens } from "../../../drivers/tmux/screen/open-screen.ts";
import { createStayingShell, viaShell } from "../../../system/child/staying-shell.ts";
import type { PageLink, PageHandler } from "../../../ui/page-link.ts";
import type { FromPage } from "../../../ui/protocol.ts";
import { createViewer, type Viewer } from "../../../ui/terminal/viewer.ts";
import { createFeed, type Feed, type FeedWorld } from "./feed.ts";
import { followShapes } from "./follow-shapes.ts";
import { endReader } from "./reader-pipe.ts";

/** The open terminals of all pages. */
export interface Terminals extends PageHandler {
  /** Ends all pipes. */
  readonly close: () => Promise<void>;
}

/** The largest numbers of agents with an open terminal, and of terminals on one page. */
const mostFeeds = 16;
const mostOnPage = 8;

/** Returns the terminals: none yet. All pages share one pipe for each agent. */
export function createTerminals(world: FeedWorld): Terminals {
  return new OpenTerminals(world);
}

/** An open terminal of a page. */
interface OpenTerminal {
  readonly feed: Feed;
  readonly viewer: Viewer;
}

class OpenTerminals implements Terminals {
  readonly #shell = createStayingShell();
  readonly #world: FeedWorld;
  /** By agent. */
  readonly #feeds = new Map<string, Feed>();
  /** The ends of feeds that are under way, by agent. */
  readonly #closing = new Map<string, Promise<void>>();
  /** The terminals of each page by channel. */
  readonly #pages = new Map<PageLink, Map<number, OpenTerminal>>();
  readonly #shapes: ReturnType<typeof followShapes>;

  constructor(world: FeedWorld) {
    this.#world = { ...world, exec: viaShell(world.exec, this.#shell) };
    this.#shapes = followShapes(this.#world.exec, this.#feeds);
  }

  take(link: PageLink, message: FromPage): void {
    switch (message.t) {
      case "open":
        return this.#open(link, message.channel, message.agent);
      case "close":
        return this.#close(link, message.channel);
      case "ack": {
        const shown = this.#shown(link, message.channel);
        if (shown?.viewer.ack(message.bytes) === true) shown.feed.renew();
        return undefined;
      }
      case "reading": {
        const shown = this.#shown(link, message.channel);
        return shown?.feed.read(shown.viewer, message.on);
      }
      case "earlier": {
        const shown = this.#shown(link, message.channel);
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
  }

  left(link: PageLink): void {
    for (const channel of this.#pages.get(link)?.keys() ?? []) this.#close(link, channel);
    this.#pages.delete(link);
  }

  async close(): Promise<void> {
    this.#shapes.end();
    for (const feed of this.#feeds.values()) this.#end(feed);
    await Promise.all(this.#closing.values());
  }

  #shown(link: PageLink, channel: number): OpenTerminal | undefined {
    return this.#pages.get(link)?.get(channel);
  }

  #open(link: PageLink, channel: number, agent: string): void {
    this.#close(link, channel);
    const own = this.#pages.get(link) ?? new Map<number, OpenTerminal>();
    this.#pages.set(link, own);
    const viewer = createViewer(link, channel);
    const known = this.#feeds.get(agent);
    if (own.size >= mostOnPage || (known === undefined && this.#feeds.size >= mostFeeds)) {
      viewer.tell({ kind: "none", reason: "too-many", columns: 80, rows: 24, mode: "", above: 0 });
      return;
    }
    const feed = known ?? createFeed(agent, this.#world);
    this.#feeds.set(agent, feed);
    own.set(channel, { feed, viewer });
    void this.#begin(link, channel, { feed, viewer });
    this.#shapes.begin();
  }

  /** Lets a terminal begin after the former pipe of its agent, if that is about to end. */
  async #begin(link: PageLink, channel: number, { feed, viewer }: OpenTerminal): Promise<void> {
    await this.#closing.get(feed.agent);
    if (this.#shown(link, channel)?.viewer === viewer) feed.add(viewer);
  }

  #close(link: PageLink, channel: number): void {
    const shown = this.#shown(link, channel);
    if (shown === undefined) return;
    const { feed, viewer } = shown;
    this.#pages.get(link)?.delete(channel);
    feed.remove(viewer);
    const all = [...this.#pages.values()].flatMap((own) => [...own.values()]);
    if (!all.some((each) => each.feed === feed)) this.#end(feed);
  }

  #end(feed: Feed): void {
    this.#feeds.delete(feed.agent);
    const ended = feed.close().finally(() => {
      if (this.#closing.get(feed.agent) === ended) this.#closing.delete(feed.agent);
      if (this.#feeds.size + this.#closing.size === 0) this.#shell.end();
    });
    this.#closing.set(feed.agent, ended);
  }
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
