import { digestOf, hostOf, loadFleet } from "../../config/file/load.ts";
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
import { withUnits } from "../status/with-units.ts";
import { createRefresher } from "../status/refresh.ts";
import { createUnitGlances } from "./unit-glances.ts";
import type { OtherHosts } from "./other-hosts.ts";
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
  let look: StatusLook | undefined;
  /** The time of the figures in `look`, ms since the epoch. */
  let figuresAt = 0;
  /** This machine alone. */
  let state: UiState | undefined;
  let others: OtherHosts | undefined;
  /** The digest of fleet.yaml at the last look. */
  let digest: string | undefined;
  let refreshing: NodeJS.Timeout | undefined;
  let leaving: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function observe() {
    const { home, configHome, cacheHome } = machine;
    const place = { path, home, configHome, cacheHome };
    const loaded = await loadFleet(place);
    if (others !== undefined && !loaded.ok && isNoHost(loaded.diagnostics)) return observeElsewhere();
    const seen = loaded.ok ? await lookAtFleet(loaded.value.config, { names: [] }, [], context) : loaded;
    if (loaded.ok) renewOthers(digestOf(loaded.value.config));
    if (follower !== undefined) {
      if (loaded.ok && seen.ok) await take(seen.value, hostOf(loaded.value.config)?.name ?? null);
      else if (!seen.ok) fail(seen.diagnostics);
    }
    return loaded.ok ? loaded.value.config : undefined;

    /** Reads the file alone, on a machine that is none of the hosts. */
    async function observeElsewhere(): Promise<undefined> {
      const whole = await loadFleet({ ...place, isWhole: true });
      if (!whole.ok) return fail(whole.diagnostics);
      renewOthers(digestOf(whole.value.config));
      const fleet = { ...unseen, fleet: whole.value.config.name, file: path, version, problems: [] };
      return update({ fleet: { ...fleet, seenAt: Date.now() }, agents: [] });
    }
  }

  function renewOthers(next: string | undefined): void {
    if (next !== digest) others?.renew();
    digest = next;
  }

  async function take(seen: StatusLook, host: string | null): Promise<void> {
    look = { ...seen, status: await heard(seen.status, context) };
    figuresAt = seen.now;
    const known = new Map(state?.agents.map((agent) => [agent.name, agent]));
    const rows = uiAgents(look.status, seen.now, known).map((row) => withFigures(row, known.get(row.name)));
    update({ fleet: uiFleet(look.status, { file: path, host, version, seenAt: seen.now }), agents: rows });
  }

  function fail(diagnostics: readonly Diagnostic[]): undefined {
    const problems = diagnostics.filter(({ severity }) => severity === "error").map(uiProblem);
    const fleet = state?.fleet ?? { ...unseen, file: path, version };
    update({ agents: state?.agents ?? [], fleet: { ...fleet, problems } });
  }

  function update(next: UiState): undefined {
    state = next;
    publish();
  }

  /** Shows this machine and the others. */
  function publish(): void {
    if (state === undefined) return;
    if (others === undefined) return show(state);
    const { fleet, agents } = state;
    // A machine whose name does not tell which host it is may be in the list.
    const hosts = others.hosts().filter(({ name }) => name !== fleet.host);
    const elsewhere = others.agents().filter(({ host }) => host !== fleet.host);
    show({ fleet: { ...fleet, hosts }, agents: [...agents, ...elsewhere] });
  }

  const glances = createUnitGlances(exec, (units) => {
    if (look === undefined || state === undefined || state.fleet.problems.length > 0) return;
    look = withUnits(look, units);
    showRows(look);
  });

  async function refresh(): Promise<void> {
    const before = look;
    if (before !== undefined && attention.visible > 0 && attention.rows.size + attention.wall.size > 0) {
      const fresh = await refresher.refresh(before, attention.rows, false);
      // A look in the meantime is newer.
      if (look === before && state !== undefined && state.fleet.problems.length === 0) {
        look = fresh;
        figuresAt = Date.now();
        showRows(fresh);
      }
    }
    await takePictures();
    refreshing = undefined;
    keepFresh();
  }

  /** Shows the rows of a look in the place of those before. */
  function showRows({ status }: StatusLook): void {
    if (state === undefined) return;
    const known = new Map(state.agents.map((agent) => [agent.name, agent]));
    const rows = uiAgents(status, figuresAt, known);
    update({ ...state, agents: rows.map((row) => withFigures(row, known.get(row.name))) });
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
    glances.end();
    others?.close();
    [follower, others, look, state, digest] = [undefined, undefined, undefined, undefined, undefined];
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
      others ??= openOthers?.(publish);
      others?.attend(next.visible > 0);
      follower ??= followMachine(path, machine, observe, glances.hear);
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
const unseen = {
  fleet: "",
  host: null,
  hosts: [],
  watch: null,
  holder: "unknown",
  notes: [],
  seenAt: null,
} as const;

function isNoHost(problems: readonly Diagnostic[]): boolean {
  return problems.some(({ code }) => code === "unknown-host");
}

/** Returns a row of a new look with the processor share of the last refresh, so it does not flicker. */
function withFigures(row: UiAgent, before: UiAgent | undefined): UiAgent {
  return { ...row, processorShare: row.processorShare ?? before?.processorShare ?? null };
}
