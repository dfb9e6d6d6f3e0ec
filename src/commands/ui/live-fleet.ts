import { digestOf, hostOf, loadFleet, type FleetLocation } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ScreenPane } from "../../drivers/tmux/screen/open-screen.ts";
import type { UiPictures, UiState } from "../../ui/protocol.ts";
import type { Attention } from "../../ui/sockets.ts";
import { followMachine, type MachineFollower } from "../../watch/source/follow-machine.ts";
import type { Context } from "../shared/context.ts";
import { heard } from "../status/heard.ts";
import { lookAtFleet } from "../status/look.ts";
import { withUnits } from "../status/with-units.ts";
import { createRefresher } from "../status/refresh.ts";
import { createUnitGlances } from "./unit-glances.ts";
import type { OtherHosts } from "./other-hosts.ts";
import { createPictures } from "./pictures.ts";
import type { Panes } from "./screen-search.ts";
import { createShownFleet } from "./shown-fleet.ts";

/** The one observation for all pages. */
export interface LiveFleet {
  /** Takes the attention of all pages. Nothing is observed while there is no page. */
  attend(attention: Attention): void;
  /** Returns the present pane of an agent; undefined if it has none, or nothing is known yet. */
  paneOf(agent: string): ScreenPane | undefined;
  /** Returns the present panes of all agents; undefined before the first observation. */
  panes(): Panes | undefined;
  /** Returns the names of the other hosts on the page. */
  hosts(): readonly string[];
  close(): void;
}

/** The receivers of what is observed. */
interface Receivers {
  readonly show: (state: UiState) => void;
  readonly picture: (pictures: UiPictures) => void;
  /** The last state is no longer kept up to date. */
  readonly forget: () => void;
}

/** Opens the other machines of the fleet, which call `news` after each answer. */
export type OpenOthers = (news: () => void) => OtherHosts;

/** The time between two readings of figures while a page is visible, ms. */
const refreshMs = 2_000;
/** The time until the observation ends after the last page has gone, ms: a reload is no end. */
const lingerMs = 5_000;

const nobody: Attention = { pages: 0, visible: 0, rows: new Set(), wall: new Set() };

/** Observes the fleet of a file for as long as a page is open. It takes no lock, and changes nothing. */
export function openLiveFleet(
  path: string,
  context: Context,
  { show, picture, forget }: Receivers,
  openOthers?: OpenOthers,
): LiveFleet {
  const { exec, machine } = context;
  const refresher = createRefresher(exec, { shares: true });
  const pictures = createPictures(exec);
  let attention = nobody;
  let follower: MachineFollower | undefined;
  let others: OtherHosts | undefined;
  /** The digest of fleet.yaml at the last look. */
  let digest: string | undefined;
  let refreshing: NodeJS.Timeout | undefined;
  let leaving: NodeJS.Timeout | undefined;
  let isClosed = false;
  const shown = createShownFleet(path, show, () => others);
  const glances = createUnitGlances(exec, (units) => {
    const look = shown.look();
    if (look !== undefined) shown.renew(withUnits(look, units));
  });

  async function observe(): Promise<FleetConfig | undefined> {
    const { home, configHome, cacheHome } = machine;
    const place = { path, home, configHome, cacheHome };
    const loaded = await loadFleet(place);
    if (!loaded.ok) {
      if (others !== undefined && isNoHost(loaded.diagnostics)) await observeElsewhere(place);
      else if (follower !== undefined) shown.fail(loaded.diagnostics);
      return undefined;
    }
    const { config } = loaded.value;
    const seen = await lookAtFleet(config, { names: [] }, [], context);
    renewOthers(digestOf(config));
    if (follower === undefined) return config;
    if (seen.ok) {
      const status = await heard(seen.value.status, context);
      shown.take({ ...seen.value, status }, hostOf(config)?.name ?? null);
    } else shown.fail(seen.diagnostics);
    return config;
  }

  /** Reads the file alone, on a machine that is none of the hosts. */
  async function observeElsewhere(place: FleetLocation): Promise<void> {
    const whole = await loadFleet({ ...place, isWhole: true });
    if (!whole.ok) return shown.fail(whole.diagnostics);
    renewOthers(digestOf(whole.value.config));
    shown.showElsewhere(whole.value.config.name);
  }

  function renewOthers(next: string | undefined): void {
    if (next !== digest) others?.renew();
    digest = next;
  }

  async function refresh(): Promise<void> {
    const before = shown.look();
    if (before !== undefined && attention.visible > 0 && attention.rows.size + attention.wall.size > 0) {
      const fresh = await refresher.refresh(before, attention.rows, false);
      // A look in the meantime is newer.
      if (shown.look() === before) shown.renew(fresh, Date.now());
    }
    await takePictures();
    refreshing = undefined;
    keepFresh();
  }

  async function takePictures(): Promise<void> {
    const look = shown.look();
    if (look === undefined || attention.visible === 0 || attention.wall.size === 0) return;
    picture(await pictures.take(look, attention.wall));
  }

  /** Reads figures again and again while a page is visible. */
  function keepFresh(ms = refreshMs): void {
    if (attention.visible === 0 || isClosed) return;
    refreshing ??= setTimeout(() => void refresh(), ms);
  }

  function end(): void {
    clearTimeout(leaving);
    clearTimeout(refreshing);
    [leaving, refreshing] = [undefined, undefined];
    follower?.close();
    glances.end();
    others?.close();
    [follower, others, digest] = [undefined, undefined, undefined];
    shown.forget();
    pictures.forget();
    forget();
  }

  function attend(next: Attention): void {
    const hasNewRows = [...next.rows, ...next.wall].some(
      (name) => !attention.rows.has(name) && !attention.wall.has(name),
    );
    attention = next;
    if (isClosed) return;
    if (next.pages === 0) {
      leaving ??= setTimeout(end, lingerMs);
      return;
    }
    clearTimeout(leaving);
    leaving = undefined;
    others ??= openOthers?.(() => shown.publish());
    others?.attend(next.visible > 0);
    follower ??= followMachine(path, machine, observe, glances.hear);
    if (hasNewRows && refreshing !== undefined) {
      clearTimeout(refreshing);
      refreshing = undefined;
      keepFresh(100);
    } else keepFresh();
  }

  return {
    attend,
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
    hosts: () => (others?.hosts() ?? []).map(({ name }) => name),
    close() {
      isClosed = true;
      end();
    },
  };
}

function isNoHost(problems: readonly Diagnostic[]): boolean {
  return problems.some(({ code }) => code === "unknown-host");
}
