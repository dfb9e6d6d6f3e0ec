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
interface TypingWish {
  /** Returns false if the page has ended it, or is gone. */
  readonly isHeld: () => boolean;
  /** Lets it type, and marks the agent. */
  readonly grant: (typist: Typist) => Promise<void>;
}

/** Everybody who types. */
export interface Typists {
  readonly wish: (link: PageLink, agent: string) => TypingWish;
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
const idleTypistMs = 10 * 60_000;

/** Returns everybody who types: nobody yet. `rest` is called when nobody types any more. */
export function createTypists(presence: Presence, rest: () => void): Typists {
  return new AllTypists(presence, rest);
}

/** The wish of a page, with a typist if it was granted. */
interface HeldWish {
  typist?: Typist;
}

class AllTypists implements Typists {
  readonly #presence: Presence;
  readonly #rest: () => void;
  /** The wishes of each page by agent. */
  readonly #pages = new Map<PageLink, Map<string, HeldWish>>();
  /** The timer of marks, while somebody types. */
  #renewing: NodeJS.Timeout | undefined;

  constructor(presence: Presence, rest: () => void) {
    this.#presence = presence;
    this.#rest = rest;
  }

  wish(link: PageLink, agent: string): TypingWish {
    const own = this.#pages.get(link) ?? new Map<string, HeldWish>();
    const before = own.get(agent)?.typist;
    const wish: HeldWish = {};
    this.#pages.set(link, own.set(agent, wish));
    void this.#unmark(agent, before);
    return {
      isHeld: () => this.#pages.get(link)?.get(agent) === wish,
      grant: async (typist) => {
        wish.typist = typist;
        this.#renewing ??= setInterval(() => this.#renew(), renewMs);
        await this.#presence.mark(typist.pane, true);
      },
    };
  }

  give(link: PageLink, agent: string, input: TypedInput): void {
    const typist = this.#typistOf(link, agent);
    if (typist === undefined) return this.end(link, agent, "not-running");
    typist.lastKeyMs = Date.now();
    typist.queue.add(input);
  }

  gather(link: PageLink, agent: string, part: string, hasMore: boolean): void {
    const typist = this.#typistOf(link, agent);
    const text = `${typist?.pasted ?? ""}${part}`;
    if (text.length > maxTextBytes) return this.end(link, agent, "too-long");
    if (typist !== undefined) typist.pasted = hasMore ? text : "";
    if (typist === undefined || !hasMore) this.give(link, agent, { kind: "paste", text });
  }

  end(link: PageLink, agent: string, reason: TypingEnd | null): void {
    const typist = this.#typistOf(link, agent);
    this.#pages.get(link)?.delete(agent);
    if (typist !== undefined || reason !== null) link.send({ t: "typing", agent, on: false, reason });
    void this.#unmark(agent, typist);
  }

  left(link: PageLink): void {
    const own = this.#pages.get(link);
    this.#pages.delete(link);
    for (const [agent, { typist }] of own ?? []) void this.#unmark(agent, typist);
  }

  async close(): Promise<void> {
    clearInterval(this.#renewing);
    const typists = this.#all();
    this.#pages.clear();
    this.#rest();
    await Promise.all(typists.map(([, , { pane }]) => this.#presence.mark(pane, false)));
    await this.#presence.settled();
  }

  #typistOf(link: PageLink, agent: string): Typist | undefined {
    return this.#pages.get(link)?.get(agent)?.typist;
  }

  #all(): readonly (readonly [PageLink, string, Typist])[] {
    return [...this.#pages].flatMap(([link, own]) =>
      [...own].flatMap(([agent, { typist }]) =>
        typist === undefined ? [] : [[link, agent, typist] as const],
      ),
    );
  }

  /** Marks all agents with a typist again, and ends the typing of those without a key for a long time. */
  #renew(): void {
    for (const [link, agent, { lastKeyMs, pane }] of this.#all()) {
      if (Date.now() - lastKeyMs > idleTypistMs) this.end(link, agent, "idle");
      else void this.#presence.mark(pane, true);
    }
  }

  /** Takes the mark of a typist away as soon as the last keys have arrived, unless somebody else types. */
  async #unmark(agent: string, typist: Typist | undefined): Promise<void> {
    if (this.#all().length === 0) {
      clearInterval(this.#renewing);
      this.#renewing = undefined;
    }
    if (typist === undefined) return;
    await typist.queue.delivered();
    if (this.#all().length === 0) this.#rest();
    if (!this.#all().some(([, typed]) => typed === agent)) await this.#presence.mark(typist.pane, false);
  }
}
