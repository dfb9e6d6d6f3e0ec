import type { ScreenPane } from "../../../drivers/tmux/screen/open-screen.ts";
import type { UiPictures, UiState } from "../../../ui/protocol.ts";
import type { PageNeeds } from "../../../ui/sockets.ts";
import type { Context } from "../../shared/context.ts";
import { createPageFigures } from "./page-figures.ts";
import { observeForPages, type PageObservation, type OpenOthers } from "./observe-for-pages.ts";
import type { OpenScreens } from "./other-screens.ts";
import { createShownFleet, type ShownFleet } from "./shown-fleet.ts";

/** The one observation for all pages. */
export interface LiveFleet {
  /** Takes the needs of all pages. Nothing is observed while there is no page. */
  serve(needs: PageNeeds): void;
  /** Returns the present pane of an agent; undefined if it has none, or nothing is known yet. */
  readonly paneOf: (agent: string) => ScreenPane | undefined;
  /** Returns the present panes of all agents; undefined before the first observation. */
  readonly panes: () => Panes | undefined;
  /** Returns the names of the other hosts on the page. */
  readonly hosts: () => readonly string[];
  /** Asks another host for its agents at once. */
  readonly askAgain: (host: string) => void;
  close(): void;
}

/** The present panes of agents, by name, and their tmux server. */
export interface Panes {
  readonly socket: string;
  readonly panes: ReadonlyMap<string, string>;
}

/** The receivers of what is observed. */
interface Receivers {
  readonly show: (state: UiState) => void;
  readonly picture: (pictures: UiPictures) => void;
  /** The last state is no longer kept up to date. */
  readonly forget: () => void;
}

/** The ways to the other machines of a page. */
export interface Elsewhere {
  readonly open: OpenOthers;
  readonly screens: OpenScreens;
}

const noAgents: ReadonlySet<string> = new Set();

/** The time until the observation ends after the last page has gone, ms: a reload is no end. */
const lingerMs = 5_000;

/** Observes the fleet of a file for as long as a page is open. It takes no lock, and changes nothing. */
export function openLiveFleet(
  path: string,
  context: Context,
  receivers: Receivers,
  elsewhere?: Elsewhere,
): LiveFleet {
  return new ObservedFleet(path, context, receivers, elsewhere);
}

class ObservedFleet implements LiveFleet {
  readonly #path: string;
  readonly #context: Context;
  readonly #forget: () => void;
  readonly #elsewhere: Elsewhere | undefined;
  /** The screens of other machines. */
  readonly #screens: ReturnType<OpenScreens> | undefined;
  readonly #shown: ShownFleet;
  readonly #figures: ReturnType<typeof createPageFigures>;
  /** Undefined while there is no page. */
  #observation: PageObservation | undefined;
  /** Fires when the last page has been gone for long enough. */
  #leaving: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** The agents whose screens a page shows. */
  #wall = noAgents;

  constructor(path: string, context: Context, receivers: Receivers, elsewhere: Elsewhere | undefined) {
    const { show, picture, forget } = receivers;
    [this.#path, this.#context, this.#forget, this.#elsewhere] = [path, context, forget, elsewhere];
    this.#screens = elsewhere?.screens(
      () => new Set((this.#observation?.others?.agents() ?? []).map(({ name }) => name)),
      picture,
    );
    const showAll = (state: UiState): void => {
      show(state);
      // The answer of a machine tells which agents it has.
      this.#screens?.serve(this.#wall);
    };
    this.#shown = createShownFleet(path, showAll, () => this.#observation?.others);
    this.#figures = createPageFigures(context.exec, this.#shown, picture);
  }

  serve(needs: PageNeeds): void {
    if (this.#isClosed) return;
    this.#figures.serve(needs);
    this.#wall = needs.visible > 0 ? needs.wall : noAgents;
    this.#screens?.serve(this.#wall);
    if (needs.pages === 0) {
      this.#leaving ??= setTimeout(() => this.#end(), lingerMs);
      return;
    }
    clearTimeout(this.#leaving);
    this.#leaving = undefined;
    this.#observation ??= observeForPages(this.#path, this.#context, this.#shown, this.#elsewhere?.open);
    this.#observation.others?.attend(needs.visible > 0);
  }

  paneOf(agent: string): ScreenPane | undefined {
    const look = this.#shown.look();
    const id = look?.panes.get(agent);
    return look === undefined || id === undefined
      ? undefined
      : { socket: look.status.holder.socket, id, agent };
  }

  panes(): Panes | undefined {
    const look = this.#shown.look();
    return look && { socket: look.status.holder.socket, panes: look.panes };
  }

  hosts(): readonly string[] {
    return (this.#observation?.others?.hosts() ?? []).map(({ name }) => name);
  }

  askAgain(host: string): void {
    this.#observation?.others?.askAgain(host);
  }

  close(): void {
    this.#isClosed = true;
    this.#screens?.close();
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#leaving);
    this.#observation?.end();
    [this.#leaving, this.#observation] = [undefined, undefined];
    this.#figures.forget();
    this.#shown.forget();
    this.#forget();
  }
}
