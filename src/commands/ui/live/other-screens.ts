import { setTimeout as sleep } from "node:timers/promises";
import { pauseBeforeQuestion } from "../../../hosts/ask-again.ts";
import { gatherOutput } from "../../../report/gather-output.ts";
import { runOnHost } from "../../../transport/run-on-host.ts";
import { grouped } from "../../../text/grouped.ts";
import type { UiPictures } from "../../../ui/protocol.ts";
import { prepareErrands } from "../../hosts/prepare-errands.ts";
import type { Context } from "../../shared/context.ts";

/** The screens of agents on other machines, for as long as a page shows them. */
export interface OtherScreens {
  /** Takes the agents whose screens are shown, those of this machine among them. */
  serve(shown: ReadonlySet<string>): void;
  close(): void;
}

/**
 * Opens the screens of other machines. `known` returns their agents, as HOST/AGENT. `picture` takes all pictures after a
 * change: an unchanged one is the same value.
 */
export type OpenScreens = (
  known: () => ReadonlySet<string>,
  picture: (pictures: UiPictures) => void,
) => OtherScreens;

/** The screens of one machine: one connection for all of them. */
interface FollowedHost {
  /** The names of its agents there. */
  readonly names: ReadonlySet<string>;
  readonly ending: AbortController;
}

/** The surroundings of screens. */
interface ScreensWorld {
  readonly context: Context;
  /** The path of fleet.yaml. */
  readonly path: string;
  /** The selection of hosts, as for --host. */
  readonly list: string;
  /** Returns the agents of other hosts on the page, as HOST/AGENT. */
  readonly known: () => ReadonlySet<string>;
  /** Takes all pictures after a change. An unchanged picture is the same value. */
  readonly picture: (pictures: UiPictures) => void;
}

interface Screens {
  readonly world: ScreensWorld;
  readonly pictures: Map<string, UiPictures[string]>;
  readonly hosts: Map<string, FollowedHost>;
  shown: ReadonlySet<string>;
  timer: NodeJS.Timeout | undefined;
}

/** The wait for further agents before a connection begins, ms: somebody who scrolls brings many. */
const settleMs = 400;
/** The most machines with a connection for screens. */
const mostHosts = 16;

/** Returns the screens of agents on other machines: none yet. Each machine is read over ssh, and only while it is shown. */
export function createOtherScreens(world: ScreensWorld): OtherScreens {
  const screens: Screens = {
    world,
    pictures: new Map(),
    hosts: new Map(),
    shown: new Set(),
    timer: undefined,
  };
  return {
    serve(shown) {
      screens.shown = shown;
      const wanted = namesByHost(screens);
      for (const [host, { ending }] of screens.hosts) if (!wanted.has(host)) ending.abort();
      if (wanted.size > 0) world.picture(Object.fromEntries(screens.pictures));
      const isNew = [...wanted].some(([host, names]) => !isFollowed(screens, host, names));
      if (isNew) screens.timer ??= setTimeout(() => followAll(screens), settleMs);
    },
    close() {
      clearTimeout(screens.timer);
      for (const { ending } of screens.hosts.values()) ending.abort();
    },
  };
}

function followAll(screens: Screens): void {
  screens.timer = undefined;
  for (const [host, names] of namesByHost(screens)) {
    if (isFollowed(screens, host, names)) continue;
    screens.hosts.get(host)?.ending.abort();
    void follow(screens, host, new Set(names));
  }
}

/** Returns the shown agents of other machines by their machine. */
function namesByHost({ shown, world }: Screens): ReadonlyMap<string, readonly string[]> {
  const known = world.known();
  const others = [...shown].filter((name) => known.has(name));
  const byHost = grouped(others, (name) => name.slice(0, name.indexOf("/")));
  return new Map(
    [...byHost]
      .slice(0, mostHosts)
      .map(([host, names]) => [host, names.map((name) => name.slice(host.length + 1))]),
  );
}

/** Returns true if a connection has all of these agents, and not many more: each is read again and again. */
function isFollowed({ hosts }: Screens, host: string, names: readonly string[]): boolean {
  const followed = hosts.get(host)?.names;
  return (
    followed !== undefined &&
    names.every((name) => followed.has(name)) &&
    followed.size <= 2 * names.length + 8
  );
}

/** Follows the screens of one machine until nobody wants them there, also after the loss of the connection. */
async function follow(screens: Screens, host: string, names: ReadonlySet<string>): Promise<void> {
  const { hosts } = screens;
  const followed: FollowedHost = { names, ending: new AbortController() };
  hosts.set(host, followed);
  for (let failures = 1; !followed.ending.signal.aborted; failures += 1) {
    const began = performance.now();
    await readFrom(screens, host, followed);
    await pause(pauseBeforeQuestion(failures, performance.now() - began), followed.ending.signal);
  }
  if (hosts.get(host) === followed) {
    hosts.delete(host);
    for (const name of names) screens.pictures.delete(`${host}/${name}`);
  }
}

/** Reads the screens of one machine until the connection ends. */
async function readFrom(
  { pictures, world }: Screens,
  host: string,
  { ending: { signal }, names }: FollowedHost,
): Promise<void> {
  const { context, list, path, picture } = world;
  const quiet: Context = { ...context, flags: { file: path }, output: gatherOutput().output };
  const prepared = await prepareErrands(quiet, list, ["__page-screens", ...names], [host]);
  const [target] = prepared.ok ? prepared.value.hosts : [];
  if (!prepared.ok || target === undefined || signal.aborted) return;
  const { bundle, requestFor } = prepared.value;
  await runOnHost(
    { route: target.route, request: requestFor(host), purpose: "read", bundle, isLive: true },
    {
      onFrame(frame) {
        if (frame.kind !== "json") return;
        for (const [name, lines] of Object.entries(frame.value as UiPictures))
          pictures.set(`${host}/${name}`, lines);
        picture(Object.fromEntries(pictures));
      },
      onNoise: () => undefined,
    },
    { soon: signal, now: signal },
    () => Promise.resolve(() => undefined),
  );
}

/** Waits so long, ms, or until the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
