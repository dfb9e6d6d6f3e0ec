import { watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path/posix";
import { digestOf, digestOfTexts } from "../config/file/load.ts";
import { defaultIntervalMs, defaultRef, type GitSettings } from "../config/source/source-settings.ts";
import type { FleetConfig } from "../config/types.ts";
import { fail, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { makeFolders } from "../drivers/files/make-folders.ts";
import type { SourceEvent, SourceRevision } from "../events/source-events.ts";
import type { Machine } from "../machine/machine.ts";
import { revisionInPlace } from "../observe/files/git-revision.ts";
import type { Exec } from "../system/exec.ts";
import { timeoutFactor } from "../system/exec.ts";
import { takeLock, type HeldLock } from "../system/flock.ts";
import { keepAnchor, noteSeen } from "./keep-memory.ts";
import { readAnchor, readOrders } from "./read-memory.ts";
import { isInPlace, placeFiles } from "./place-files.ts";
import { beginPulling, stepPull, type PassResult, type PullEffect, type PullEvent } from "./pull-state.ts";
import { readSettings } from "./read-settings.ts";
import { runPass, type PullEnd } from "./run-pass.ts";
import { pulledFile, sourcePaths, type SourcePaths } from "./source-paths.ts";

/** A source that is followed. */
export interface FollowedSource {
  /** Fetches now. */
  readonly ask: () => void;
  /** Takes the configuration of a look after which nothing more is to be done now. */
  readonly applied: (config: FleetConfig) => void;
  /** Ends a pass under way, and begins no more. */
  readonly close: () => void;
}

interface Surroundings {
  /** The path of source.yaml. It is read at each pass. */
  readonly file: string;
  readonly machine: Machine;
  readonly exec: Exec;
  readonly tell: (event: SourceEvent) => void;
}

/** Fetches a source again and again, and puts each good revision in place. Executes the steps of a `PullState`. */
export function followSource({ file, machine, exec, tell }: Surroundings): FollowedSource {
  let known: GitSettings | undefined;
  let paths: SourcePaths | undefined;
  let lock: HeldLock | undefined;
  let orderWatch: FSWatcher | undefined;
  let last:
    | { readonly revision: SourceRevision; readonly digest: string; readonly settings: GitSettings }
    | undefined;
  const ending = new AbortController();
  const inPlace = revisionInPlace(dirname(pulledFile(file)));
  const first = readSettings(file, machine);
  if (first.ok) known = first.value;
  let state = beginPulling(
    inPlace === undefined ? undefined : { revision: inPlace, isPinned: false },
    settings(),
    performance.now(),
    Math.random(),
  );
  let timer: NodeJS.Timeout | undefined;
  arm();

  return {
    ask: () => take({ kind: "asked" }),
    applied(config) {
      if (last !== undefined && digestOf(config) === last.digest)
        take({ kind: "applied", revision: last.revision.revision });
    },
    close() {
      clearTimeout(timer);
      orderWatch?.close();
      ending.abort();
      lock?.release();
    },
  };

  function settings(): { readonly intervalMs: number; readonly ref: string } {
    return { intervalMs: known?.intervalMs ?? defaultIntervalMs, ref: known?.ref ?? defaultRef };
  }

  function arm(): void {
    clearTimeout(timer);
    if (state.nextAtMs === undefined || ending.signal.aborted) return;
    const inMs = Math.max(state.nextAtMs - performance.now(), 0);
    timer = setTimeout(() => take({ kind: "woken" }), Math.ceil(inMs)).unref();
  }

  function take(event: PullEvent): void {
    if (ending.signal.aborted) return;
    const next = stepPull(state, event, performance.now(), settings());
    state = next.state;
    arm();
    for (const effect of next.effects) perform(effect);
  }

  function perform(effect: PullEffect): void {
    switch (effect.kind) {
      case "pull":
        void pull(effect.isFresh).then((result) => take({ kind: "ended", result, random: Math.random() }));
        return;
      case "keep-anchor":
        void anchor(effect.revision);
        return;
      case "tell":
        tell(effect.event);
        return;
    }
  }

  /** Fetches as soon as a person has pinned, accepted or unpinned a revision. */
  function watchOrders(at: SourcePaths): FSWatcher {
    const name = basename(at.orders);
    const watcher = watch(at.state, { persistent: false }, (_, changed) => {
      if (changed === name) take({ kind: "asked" });
    });
    // Without it, the next pass of the interval sees the order.
    return watcher.on("error", () => undefined);
  }

  async function pull(isFresh: boolean): Promise<PassResult> {
    try {
      return await pass(isFresh);
    } catch (error) {
      // A full disk or a folder without rights. The next pass tries again.
      return refusal([problem(`cannot follow the source: ${String(error)}`)]);
    }
  }

  async function pass(isFresh: boolean): Promise<PassResult> {
    const read = readSettings(file, machine);
    if (!read.ok) return refusal(read.diagnostics);
    known = read.value;
    paths ??= sourcePaths(file, read.value.fleet, machine);
    const locked = await lockIn(paths);
    if (locked !== undefined) return refusal([locked]);
    orderWatch ??= watchOrders(paths);
    const orders = readOrders(paths);
    if (orders.kind === "broken")
      return refusal([problem(`${paths.orders} cannot be read`, "write it again: fleet source unpin")]);
    const kept = readAnchor(paths);
    const { git, ref } = read.value;
    // Another repository or branch is another source: its first revision is taken as the first one.
    const own =
      kept.kind === "kept" && kept.value.git === git && kept.value.ref === ref ? kept.value : undefined;
    const end = await runPass({
      settings: read.value,
      paths,
      machine,
      exec,
      anchor: own?.revision,
      isAnchorLost: kept.kind === "broken",
      orders: orders.kind === "kept" ? orders.value : {},
      isFresh,
      abort: ending.signal,
    });
    if (ending.signal.aborted) return refusal([]);
    const result = end.kind === "good" ? await place(paths, end, read.value, own?.revision) : end;
    await noteSeen(paths, {
      at: new Date().toISOString(),
      newest: end.newest ?? null,
      placed: result.kind === "good" ? result.revision : null,
      trouble: result.kind === "good" ? null : result.trouble,
      failures: result.kind === "failed" ? state.failures + 1 : 0,
    });
    return result;
  }

  async function place(
    at: SourcePaths,
    { revision, files }: Extract<PullEnd, { kind: "good" }>,
    used: GitSettings,
    kept: string | undefined,
  ): Promise<PassResult> {
    const isNew = !isInPlace(at, revision.revision, files.texts);
    if (isNew) {
      const placed = await placeFiles(at, revision.revision, files.texts);
      if (!placed.ok) return refusal(placed.diagnostics);
    }
    last = { revision, digest: digestOfTexts(files.texts), settings: used };
    const orders = readOrders(at);
    const isPinned = orders.kind === "kept" && orders.value.pin?.revision === revision.revision;
    return { kind: "good", revision, isPinned, isFirst: kept === undefined, isNew, anchor: kept };
  }

  async function anchor(revision: string): Promise<void> {
    if (last === undefined || paths === undefined || last.revision.revision !== revision) return;
    const { git, ref } = last.settings;
    const { signer } = last.revision;
    const written = await keepAnchor(paths, { git, ref, revision, signer, at: new Date().toISOString() });
    if (!written.ok)
      tell({
        kind: "source-refused",
        trouble: { why: "settings", diagnostics: written.diagnostics },
        inForce: true,
      });
  }

  /** Takes the lock of the source for as long as this process lives. Returns the problem. */
  async function lockIn(at: SourcePaths): Promise<Diagnostic | undefined> {
    if (lock !== undefined) return undefined;
    makeFolders(at.state, 0o700, 0o700);
    const factor = timeoutFactor(process.env);
    const taken = await takeLock(at.lock, { timeoutMs: 0, factor, interrupt: ending.signal });
    if (typeof taken === "object" && "release" in taken) {
      lock = taken;
      return undefined;
    }
    const hint = "one watch a fleet: end the other one";
    if (taken === "locked" || taken === "interrupted")
      return problem("another program follows this source", hint);
    return problem(`the source cannot be locked: ${taken.error}`);
  }
}

function refusal(diagnostics: readonly Diagnostic[]): PassResult {
  return { kind: "refused", trouble: { why: "settings", diagnostics } };
}

function problem(summary: string, hint?: string): Diagnostic {
  const failed = fail("blocked", summary, { hint });
  const [first] = failed.ok ? [] : failed.diagnostics;
  return first ?? { severity: "error", code: "blocked", summary, hint };
}
