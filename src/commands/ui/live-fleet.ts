import { hostOf, loadFleet } from "../../config/file/load.ts";
import { version } from "../../desired/version.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ScreenPane } from "../../drivers/tmux/screen/open-screen.ts";
import { uiAgents, uiFleet, uiProblem } from "../../report/ui/fleet-rows.ts";
import type { UiAgent, UiPictures, UiState } from "../../ui/protocol.ts";
import type { Attention } from "../../ui/sockets.ts";
import { followMachine, type MachineFollower } from "../../watch/source/follow-machine.ts";
import type { Context } from "../shared/context.ts";
import { heard } from "../status/heard.ts";
import { lookAtFleet, type StatusLook } from "../status/look.ts";
import { createRefresher } from "../status/refresh.ts";
import { createPictures } from "./pictures.ts";

/** The one observation for all pages. */
export interface LiveFleet {
  /** Takes the attention of all pages. Nothing is observed while there is no page. */
  attend(attention: Attention): void;
  /** Returns the present pane of an agent; undefined if it has none, or nothing is known yet. */
  paneOf(agent: string): ScreenPane | undefined;
  close(): void;
}

/** The receivers of what is observed. */
interface Receivers {
  readonly show: (state: UiState) => void;
  readonly picture: (pictures: UiPictures) => void;
  /** The last state is no longer kept up to date. */
  readonly forget: () => void;
}

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
): LiveFleet {
  const { exec, machine } = context;
  const refresher = createRefresher(exec, { shares: true });
  const pictures = createPictures(exec);
  let attention = nobody;
  let follower: MachineFollower | undefined;
  let look: StatusLook | undefined;
  let state: UiState | undefined;
  let refreshing: NodeJS.Timeout | undefined;
  let leaving: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function observe() {
    const { home, configHome, cacheHome } = machine;
    const loaded = await loadFleet({ path, home, configHome, cacheHome });
    const seen = loaded.ok ? await lookAtFleet(loaded.value.config, { names: [] }, [], context) : loaded;
    if (follower !== undefined) {
      if (loaded.ok && seen.ok) await take(seen.value, hostOf(loaded.value.config)?.name ?? null);
      else if (!seen.ok) fail(seen.diagnostics);
    }
    return loaded.ok ? loaded.value.config : undefined;
  }

  async function take(seen: StatusLook, host: string | null): Promise<void> {
    look = { ...seen, status: await heard(seen.status, context) };
    const known = new Map(state?.agents.map((agent) => [agent.name, agent]));
    const rows = uiAgents(look.status, seen.now, known).map((row) => withFigures(row, known.get(row.name)));
    update({ fleet: uiFleet(look.status, { file: path, host, version, seenAt: seen.now }), agents: rows });
  }

  function fail(diagnostics: readonly Diagnostic[]): void {
    const problems = diagnostics.filter(({ severity }) => severity === "error").map(uiProblem);
    const fleet = state?.fleet ?? { ...unseen, file: path, version };
    update({ agents: state?.agents ?? [], fleet: { ...fleet, problems } });
  }

  function update(next: UiState): void {
    state = next;
    show(next);
  }

  async function refresh(): Promise<void> {
    const before = look;
    if (before !== undefined && attention.visible > 0 && attention.rows.size + attention.wall.size > 0) {
      const fresh = await refresher.refresh(before, attention.rows, false);
      // A look in the meantime is newer.
      if (look === before && state !== undefined && state.fleet.problems.length === 0) {
        look = fresh;
        const known = new Map(state.agents.map((agent) => [agent.name, agent]));
        const rows = uiAgents(fresh.status, Date.now(), known);
        update({ ...state, agents: rows.map((row) => withFigures(row, known.get(row.name))) });
      }
    }
    await takePictures();
    refreshing = undefined;
    keepFresh();
  }

  async function takePictures(): Promise<void> {
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
    [follower, look, state] = [undefined, undefined, undefined];
    pictures.forget();
    forget();
  }

  return {
    attend(next) {
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
      follower ??= followMachine(path, machine, observe);
      if (hasNewRows && refreshing !== undefined) {
        clearTimeout(refreshing);
        refreshing = undefined;
        keepFresh(100);
      } else keepFresh();
    },
    paneOf(agent) {
      const id = look?.panes.get(agent);
      return look === undefined || id === undefined
        ? undefined
        : { socket: look.status.holder.socket, id, agent };
    },
    close() {
      isClosed = true;
      end();
    },
  };
}

/** The fleet before its first good observation. */
const unseen = { fleet: "", host: null, watch: null, holder: "unknown", notes: [], seenAt: null } as const;

/** Returns a row of a new look with the processor share of the last refresh, so it does not flicker. */
function withFigures(row: UiAgent, before: UiAgent | undefined): UiAgent {
  return { ...row, processorShare: row.processorShare ?? before?.processorShare ?? null };
}
