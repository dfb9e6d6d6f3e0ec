import { digestOfTexts } from "../config/file/load.ts";
import type { Places } from "../config/hosts/places.ts";
import { defaultIntervalMs, defaultRef, type GitSettings } from "../config/source/source-settings.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../diagnostics/wording.ts";
import type { SourceRevision } from "../events/source-events.ts";
import type { Machine } from "../machine/machine.ts";
import type { Exec } from "../system/exec.ts";
import { errorMessage } from "../text/error-message.ts";
import { holdSource, type HeldSource } from "./hold-source.ts";
import { keepAnchor, noteSeen } from "./memory/keep-memory.ts";
import { isInPlace, placeFiles } from "./revision/place-files.ts";
import type { PassResult, PullSettings } from "./pull-state.ts";
import { readAnchor, readKnownPlaces, readOrders } from "./memory/read-memory.ts";
import { readSettings } from "./read-settings.ts";
import { anchorOf, ordersOf } from "./read-source.ts";
import { runPass, type PullEnd } from "./run-pass.ts";
import { seenAfter } from "./memory/source-memory.ts";
import { sourcePaths, type SourcePaths } from "./source-paths.ts";

/** The passes of one process over a source. */
export interface SourcePasses {
  /** Returns the settings of the last readable source.yaml. */
  settings(): PullSettings;
  /** Fetches, verifies, and puts a good revision in place. `failures` are the failed passes in a row before it. */
  run(isFresh: boolean, failures: number): Promise<PassResult>;
  /** Returns the revision in place if its files have this digest. */
  placedWith(digest: string | undefined): string | undefined;
  /** Keeps the revision in place as the last applied one. Does nothing for another revision. */
  keepAnchor(revision: string): Promise<Result<void>>;
  /** Frees the source for another process. */
  close(): void;
}

interface Surroundings {
  /** The path of source.yaml. It is read at each pass. */
  readonly file: string;
  readonly machine: Machine;
  readonly exec: Exec;
  /** Ends a pass under way. */
  readonly abort: AbortSignal;
  /** Called when a person has pinned, accepted or unpinned a revision. */
  readonly onOrder: () => void;
}

/** A revision with its files in place, and its settings. */
interface PlacedRevision {
  readonly revision: SourceRevision;
  readonly digest: string;
  readonly known: Places | undefined;
  readonly settings: GitSettings;
}

/** Returns the passes over a source. The first one takes the lock of the source. */
export function createSourcePasses({ file, machine, exec, abort, onOrder }: Surroundings): SourcePasses {
  const first = readSettings(file, machine);
  let known = first.ok ? first.value : undefined;
  let held: HeldSource | undefined;
  let placed: PlacedRevision | undefined;

  return {
    settings: () => ({ intervalMs: known?.intervalMs ?? defaultIntervalMs, ref: known?.ref ?? defaultRef }),
    async run(isFresh, failures) {
      try {
        return await passWithSettings(isFresh, failures);
      } catch (error) {
        // A full disk or a folder without rights. The next pass tries again.
        return refusedSettings(fail("blocked", `cannot follow the source: ${errorMessage(error)}`));
      }
    },
    placedWith: (digest) =>
      placed !== undefined && placed.digest === digest ? placed.revision.revision : undefined,
    async keepAnchor(revision) {
      if (placed === undefined || held === undefined || placed.revision.revision !== revision)
        return ok(undefined);
      const { git, ref } = placed.settings;
      const { signer } = placed.revision;
      const anchor = { git, ref, revision, signer, at: new Date().toISOString() };
      return keepAnchor(held.paths, anchor, placed.known);
    },
    close: () => held?.close(),
  };

  async function passWithSettings(isFresh: boolean, failures: number): Promise<PassResult> {
    const settings = readSettings(file, machine);
    if (!settings.ok) return refusedSettings(settings);
    known = settings.value;
    // The first name of the fleet stays: its lock is held.
    const paths = held?.paths ?? sourcePaths(file, known.fleet, machine);
    const holding = held === undefined ? await holdSource(paths, onOrder, abort) : ok(held);
    if (!holding.ok) return refusedSettings(holding);
    held = holding.value;
    const source = { settings: known, anchor: readAnchor(paths), orders: readOrders(paths) };
    if (source.orders.kind === "broken")
      return refusedSettings(
        fail("blocked", `${paths.orders} cannot be read`, {
          hint: wording`write it again: ${fleetCommand("source unpin")}`,
        }),
      );
    const anchor = anchorOf(source)?.revision;
    const isAnchorLost = source.anchor.kind === "broken";
    const basics = { settings: known, paths, machine, exec, abort, isFresh, known: readKnownPlaces(paths) };
    const end = await runPass({ ...basics, anchor, isAnchorLost, orders: ordersOf(source) });
    if (abort.aborted) return { kind: "refused", trouble: { why: "settings", diagnostics: [] } };
    const result = end.kind === "good" ? await place(paths, end, known, anchor) : end;
    await noteSeen(paths, seenAfter(result, end.newest, failures, Date.now()));
    return result;
  }

  /** Puts the files of a revision in place, unless they are there. */
  async function place(
    paths: SourcePaths,
    { revision, files }: Extract<PullEnd, { kind: "good" }>,
    settings: GitSettings,
    anchor: string | undefined,
  ): Promise<PassResult> {
    const isNew = !isInPlace(paths, revision.revision, files.texts);
    const written = isNew ? await placeFiles(paths, revision.revision, files.texts) : ok(undefined);
    if (!written.ok) return refusedSettings(written);
    placed = { revision, digest: digestOfTexts(files.texts), known: files.known, settings };
    // A person may have pinned another revision during the pass.
    const isPinned = ordersOf({ orders: readOrders(paths) }).pin?.revision === revision.revision;
    return { kind: "good", revision, isPinned, isFirst: anchor === undefined, isNew, anchor };
  }
}

function refusedSettings(failed: Result<unknown>): PassResult {
  return { kind: "refused", trouble: { why: "settings", diagnostics: failed.ok ? [] : failed.diagnostics } };
}
