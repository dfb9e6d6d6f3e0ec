import type { ScreenPane } from "../../../drivers/tmux/screen/open-screen.ts";
import type { UiPictures, UiState } from "../../../ui/protocol.ts";
import type { PageNeeds } from "../../../ui/sockets.ts";
import type { Context } from "../../shared/context.ts";
import { createPageFigures } from "./page-figures.ts";
import { observeForPages, type PageObservation, type OpenOthers } from "./observe-for-pages.ts";
import type { OpenScreens } from "./other-screens.ts";
import { createShownFleet } from "./shown-fleet.ts";

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
  { show, picture, forget }: Receivers,
  elsewhere?: Elsewhere,
): LiveFleet {
  let observation: PageObservation | undefined;
  let leaving: NodeJS.Timeout | undefined;
  let isClosed = false;
  let wall: ReadonlySet<string> = noAgents;
  const screens = elsewhere?.screens(
    () => new Set((observation?.others?.agents() ?? []).map(({ name }) => name)),
    picture,
  );
  const shown = createShownFleet(
    path,
    (state) => {
      show(state);
      // The answer of a machine tells which agents it has.
      screens?.serve(wall);
    },
    () => observation?.others,
  );
  const figures = createPageFigures(context.exec, shown, picture);

  function end(): void {
    clearTimeout(leaving);
    observation?.end();
    [leaving, observation] = [undefined, undefined];
    figures.forget();
    shown.forget();
    forget();
  }

  return {
    serve(needs) {
      if (isClosed) return;
      figures.serve(needs);
      wall = needs.visible > 0 ? needs.wall : noAgents;
      screens?.serve(wall);
      if (needs.pages === 0) {
        leaving ??= setTimeout(end, lingerMs);
        return;
      }
      clearTimeout(leaving);
      leaving = undefined;
      observation ??= observeForPages(path, context, shown, elsewhere?.open);
      observation.others?.attend(needs.visible > 0);
    },
    paneOf(agent) {
      const look = shown.look();
      const id = look?.panes.get(agent);
      return look === undefined || id === undefined
        ? undefined
        : { socket: look.status.holder.socket, id, agent };
    },
    panes() {
      const look = shown.look();
      return look && { socket: look.status.holder.socket, panes: look.panes };
    },
    hosts: () => (observation?.others?.hosts() ?? []).map(({ name }) => name),
    askAgain: (host) => observation?.others?.askAgain(host),
    close() {
      isClosed = true;
      screens?.close();
      end();
    },
  };
}
