import { statSync } from "node:fs";
import { resolve } from "node:path/posix";
import { loadFleet, type FleetLocation, type LoadedFleet } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import { instancesOf } from "../../desired/instances.ts";
import { fail, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { changedAtMs } from "../../drivers/files/read.ts";
import type { Tell } from "../../events/watch-events.ts";

/** fleet.yaml as it is to be followed. */
export interface FleetSource {
  /** Reads it, and tells what is new of it. */
  read(nowMs: number): Promise<Reading>;
  /** Has its text parsed ahead of the next reading. Tells nothing, and changes nothing but how long that takes. */
  prepare(): Promise<void>;
}

export interface Reading {
  /** The last state of the file that was good; undefined as long as none was. */
  readonly config: FleetConfig | undefined;
  /** True where this is another text than the time before. */
  readonly isNew: boolean;
  /** The file may be in the middle of being saved: to be read again in so many ms. */
  readonly againInMs: number | undefined;
  /**
   * True where the file says something else by now than what is in force, and does not count yet: to bring the machine in
   * line with the old text would take back what somebody may have applied of the new one.
   */
  readonly isOutdated: boolean;
  /** Since when the file has said what is in force, by the clock of the readings, ms. */
  readonly sinceMs: number;
}

/** What a file that is gone, or that ends in the middle of a line, is given to become whole, ms. */
const unfinishedMs = 2_000;

/** After so long without a quiet moment, that is worth a word, and what is in force is kept up all the same, ms. */
const restlessMs = 30_000;

/**
 * Follows one fleet file. What cannot be followed changes nothing: it is told once, and the last good state stays in
 * force. So it is with a file that is gone, does not parse, may be written by others, or is another fleet's. A new text
 * counts when the file has not been touched for `quietMs`, whatever set off the reading: it may be half of a save.
 */
export function openSource(location: FleetLocation, shown: string, tell: Tell, quietMs = 0): FleetSource {
  let goodSinceMs = 0;
  let good: LoadedFleet | undefined;
  let rejected: string | undefined;
  let restlessSince: number | undefined;
  let isRestlessTold = false;
  let unfinished: { readonly text: string | undefined; readonly sinceMs: number } | undefined;

  /** A pipe in the file's place would be waited for without an end, and nothing else be done meanwhile, not even an exit. */
  function load(): Promise<Result<LoadedFleet>> {
    if (!isPipe(location)) return loadFleet(location);
    return Promise.resolve(fail("file-unreadable", `cannot read ${shown}: it is a pipe`));
  }

  function reject(diagnostics: readonly Diagnostic[]): Reading {
    const key = JSON.stringify(diagnostics);
    if (key !== rejected)
      tell({ kind: "file-rejected", file: shown, diagnostics, inForce: good !== undefined });
    rejected = key;
    return unchanged();
  }

  /** An edit that has no effect, for whatever reason, is told; once, until it is quiet. True as long as it may have been meant. */
  function isRestless(nowMs: number): boolean {
    restlessSince ??= nowMs;
    if (nowMs - restlessSince < restlessMs) return true;
    if (!isRestlessTold) {
      const text = `${shown} keeps changing: it is followed when it has been quiet for a moment.`;
      tell({ kind: "note", text });
    }
    isRestlessTold = true;
    return false;
  }

  function unchanged(againInMs?: number, isOutdated = false): Reading {
    return { config: good?.config, isNew: false, againInMs, isOutdated, sinceMs: goodSinceMs };
  }

  function accept(loaded: LoadedFleet, nowMs: number): Reading {
    const isNew = loaded.text !== good?.text;
    if (isNew) goodSinceMs = nowMs;
    if (isNew) tell({ kind: "edited", file: shown, agents: instancesOf(loaded.config).length });
    else if (rejected !== undefined) tell({ kind: "file-accepted", file: shown });
    good = loaded;
    rejected = undefined;
    return {
      config: loaded.config,
      isNew,
      againInMs: undefined,
      isOutdated: false,
      sinceMs: goodSinceMs,
    };
  }

  return {
    async prepare() {
      await load(); // what is good, it keeps in its cache
    },
    async read(nowMs) {
      const loaded = await load();
      if (good !== undefined && isUnfinished(loaded, good)) {
        const text = loaded.ok ? loaded.value.text : undefined;
        // What has changed meanwhile is still being written.
        if (unfinished === undefined || unfinished.text !== text) unfinished = { text, sinceMs: nowMs };
        const againInMs = unfinished.sinceMs + unfinishedMs - nowMs;
        if (againInMs > 0) return unchanged(againInMs, loaded.ok);
      } else unfinished = undefined;
      const againInMs = isSame(loaded, good) ? 0 : quietMs - untouchedForMs(location);
      if (againInMs > 0) return unchanged(againInMs, isRestless(nowMs));
      restlessSince = undefined;
      isRestlessTold = false;
      if (!loaded.ok) return reject(good && isGone(loaded) ? [gone(shown)] : loaded.diagnostics);
      const risk = loaded.value.warnings.find(({ code }) => code === "file-untrusted");
      if (risk !== undefined) return reject([{ ...risk, severity: "error" }]);
      const other = good && otherFleet(good.config, loaded.value.config);
      return other === undefined ? accept(loaded.value, nowMs) : reject([other]);
    },
  };
}

function isSame(loaded: Result<LoadedFleet>, good: LoadedFleet | undefined): boolean {
  return loaded.ok && loaded.value.text === good?.text;
}

/** Since the file was last written or put in its place; for ever where that lies ahead, by a clock that was set since. */
function untouchedForMs({ cwd = "/", path = "" }: FleetLocation): number {
  const ms = Date.now() - (changedAtMs(resolve(cwd, path)) ?? 0);
  return ms < 0 ? Infinity : ms;
}

function isPipe({ cwd = "/", path = "" }: FleetLocation): boolean {
  try {
    return statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isFIFO() ?? false;
  } catch {
    return false; // reading it will say why
  }
}

/**
 * A file that is written in place, and slowly, may look whole before it is: with less agents than it will have. Editors
 * end each line, the last one too.
 */
function isUnfinished(loaded: Result<LoadedFleet>, { text }: LoadedFleet): boolean {
  if (!loaded.ok) return isGone(loaded);
  return loaded.value.text !== text && !loaded.value.text.endsWith("\n");
}

function isGone(loaded: Result<LoadedFleet>): boolean {
  return !loaded.ok && loaded.diagnostics.some(({ code }) => code === "file-not-found");
}

function gone(shown: string): Diagnostic {
  return {
    severity: "error",
    code: "file-not-found",
    summary: `${shown} is gone`,
    detail: "Nothing is stopped for that.",
    hint: "put it back; to remove the fleet, end this watch and use `fleet destroy`",
  };
}

/** A changed name or socket is another fleet: this one's agents would go on beside it, with nobody to look after them. */
function otherFleet(before: FleetConfig, after: FleetConfig): Diagnostic | undefined {
  if (before.name === after.name && before.tmux.socket === after.tmux.socket) return undefined;
  const [what, from, to] =
    before.name === after.name
      ? ["tmux socket", before.tmux.socket, after.tmux.socket]
      : ["name", before.name, after.name];
  return {
    severity: "error",
    code: "blocked",
    summary: `the fleet's ${what} was changed from ${from} to ${to}: that makes another fleet`,
    detail: "The agents of this one would go on under the old one, and nobody would look after them.",
    hint: "set it back; or end this watch, destroy the fleet as it was, and watch the new one",
  };
}
