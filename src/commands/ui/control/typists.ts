import { maxTextBytes } from "../../../send/text.ts";
import type { PageLink } from "../../../ui/page-link.ts";
import type { TypingEnd } from "../../../ui/protocol.ts";
import type { KeyQueue, TypedInput, TypedPane } from "./key-queue.ts";
import type { Presence } from "./presence.ts";

/** Somebody who types to an agent. */
interface Typist {
  /** The pane with the process at the beginning: another one gets nothing. */
  readonly pane: TypedPane;
  readonly queue: KeyQueue;
  lastKeyMs: number;
  /** The parts of a paste that has not come whole yet. */
  pasted: string;
}

/** The wish of a page to type to an agent, from its question to its end. */
interface Wish {
  /** Returns false if the page has ended it, or is gone. */
  readonly isHeld: () => boolean;
  /** Lets it type, and marks the agent. */
  readonly grant: (typist: Typist) => Promise<void>;
}

/** Everybody who types. */
export interface Typists {
  readonly wish: (link: PageLink, agent: string) => Wish;
  readonly give: (link: PageLink, agent: string, input: TypedInput) => void;
  /** Takes a part of a paste, and pastes the whole with the last one. */
  readonly gather: (link: PageLink, agent: string, part: string, hasMore: boolean) => void;
  /** Ends the typing of a page to an agent, after its last keys. `reason` is null if the page knows. */
  readonly end: (link: PageLink, agent: string, reason: TypingEnd | null) => void;
  readonly left: (link: PageLink) => void;
  readonly close: () => Promise<void>;
}

/** The time between two marks of presence, ms. */
const renewMs = 30_000;
/** The time without a key after which typing ends, ms. */
const idleMs = 10 * 60_000;

/** Returns everybody who types: nobody yet. `rest` is called when nobody types any more. */
export function createTypists(presence: Presence, rest: () => void): Typists {
  /** The wishes of each page by agent, with a typist if it was granted. */
  const pages = new Map<PageLink, Map<string, { typist?: Typist }>>();
  let renewing: NodeJS.Timeout | undefined;

  const typistOf = (link: PageLink, agent: string): Typist | undefined => pages.get(link)?.get(agent)?.typist;
  const all = (): readonly (readonly [PageLink, string, Typist])[] =>
    [...pages].flatMap(([link, own]) =>
      [...own].flatMap(([agent, { typist }]) =>
        typist === undefined ? [] : [[link, agent, typist] as const],
      ),
    );

  function renew(): void {
    for (const [link, agent, { lastKeyMs, pane }] of all()) {
      if (Date.now() - lastKeyMs > idleMs) end(link, agent, "idle");
      else void presence.mark(pane, true);
    }
  }

  /** Takes the mark of a typist away as soon as the last keys have arrived, unless somebody else types. */
  async function unmark(agent: string, typist: Typist | undefined): Promise<void> {
    if (all().length === 0) {
      clearInterval(renewing);
      renewing = undefined;
    }
    if (typist === undefined) return;
    await typist.queue.delivered();
    if (all().length === 0) rest();
    if (!all().some(([, typed]) => typed === agent)) await presence.mark(typist.pane, false);
  }

  function end(link: PageLink, agent: string, reason: TypingEnd | null): void {
    const typist = typistOf(link, agent);
    pages.get(link)?.delete(agent);
    if (typist !== undefined || reason !== null) link.send({ t: "typing", agent, on: false, reason });
    void unmark(agent, typist);
  }

  function give(link: PageLink, agent: string, input: TypedInput): void {
    const typist = typistOf(link, agent);
    if (typist === undefined) return end(link, agent, "not-running");
    typist.lastKeyMs = Date.now();
    typist.queue.add(input);
  }

  return {
    wish(link, agent) {
      const own = pages.get(link) ?? new Map<string, { typist?: Typist }>();
      const before = own.get(agent)?.typist;
      const wish: { typist?: Typist } = {};
      pages.set(link, own.set(agent, wish));
      void unmark(agent, before);
      return {
        isHeld: () => pages.get(link)?.get(agent) === wish,
        async grant(typist) {
          wish.typist = typist;
          renewing ??= setInterval(renew, renewMs);
          await presence.mark(typist.pane, true);
        },
      };
    },
    give,
    gather(link, agent, part, hasMore) {
      const typist = typistOf(link, agent);
      const text = `${typist?.pasted ?? ""}${part}`;
      if (text.length > maxTextBytes) return end(link, agent, "too-long");
      if (typist !== undefined) typist.pasted = hasMore ? text : "";
      if (typist === undefined || !hasMore) give(link, agent, { kind: "paste", text });
    },
    end,
    left(link) {
      const own = pages.get(link);
      pages.delete(link);
      for (const [agent, { typist }] of own ?? []) void unmark(agent, typist);
    },
    async close() {
      clearInterval(renewing);
      const typists = all();
      pages.clear();
      rest();
      await Promise.all(typists.map(([, , { pane }]) => presence.mark(pane, false)));
      await presence.settled();
    },
  };
}
