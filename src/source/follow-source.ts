import { dirname } from "node:path/posix";
import { digestWithPlaces } from "../config/file/load.ts";
import type { FleetConfig } from "../config/types.ts";
import type { SourceEvent } from "../events/source-events.ts";
import type { Machine } from "../machine/machine.ts";
import { revisionInPlace } from "../observe/files/git-revision.ts";
import type { Exec } from "../system/exec.ts";
import { beginPulling, stepPull, type PullEffect, type PullEvent } from "./pull-state.ts";
import { pulledFile } from "./source-paths.ts";
import { createSourcePasses } from "./source-passes.ts";

/** A source that is followed. */
export interface FollowedSource {
  /** Fetches now. */
  readonly ask: () => void;
  /** Takes the configuration of a look after which nothing more is to be done now; undefined for any other look. */
  readonly seen: (config: FleetConfig | undefined) => void;
  /** Ends a pass under way, and begins no more. */
  readonly close: () => void;
}

interface FollowMeans {
  /** The path of source.yaml. It is read at each pass. */
  readonly file: string;
  readonly machine: Machine;
  readonly exec: Exec;
  readonly tell: (event: SourceEvent) => void;
}

/** Fetches a source again and again, and puts each good revision in place. Executes the steps of a `PullState`. */
export function followSource({ file, machine, exec, tell }: FollowMeans): FollowedSource {
  const ending = new AbortController();
  const { signal: abort } = ending;
  const onOrder = (): void => take({ kind: "asked" });
  const passes = createSourcePasses({ file, machine, exec, abort, onOrder });
  const inPlace = revisionInPlace(dirname(pulledFile(file)));
  const placed = inPlace === undefined ? undefined : { revision: inPlace, isPinned: false };
  let state = beginPulling(placed, passes.settings(), performance.now(), Math.random());
  let timer: NodeJS.Timeout | undefined;
  /** The digest of the last seen configuration. */
  let seen: string | undefined;
  arm();

  return {
    ask: () => take({ kind: "asked" }),
    seen(config) {
      seen = config && digestWithPlaces(config);
      takeApplied();
    },
    close() {
      clearTimeout(timer);
      ending.abort();
      passes.close();
    },
  };

  /** Wakes the state when its next pass is due. */
  function arm(): void {
    clearTimeout(timer);
    if (state.nextAtMs === undefined || abort.aborted) return;
    const inMs = Math.max(state.nextAtMs - performance.now(), 0);
    timer = setTimeout(() => take({ kind: "woken" }), Math.ceil(inMs)).unref();
  }

  function take(event: PullEvent): void {
    if (abort.aborted) return;
    const next = stepPull(state, event, performance.now(), passes.settings());
    state = next.state;
    arm();
    for (const effect of next.effects) void perform(effect);
  }

  /**
   * Takes the revision in place as applied if the last look had its texts. After a start, that look may come before the first
   * pass, and there may be no other one for long.
   */
  function takeApplied(): void {
    const revision = passes.placedWith(seen);
    if (revision !== undefined) take({ kind: "applied", revision });
  }

  async function perform(effect: PullEffect): Promise<void> {
    switch (effect.kind) {
      case "pull": {
        const result = await passes.run(effect.isFresh, state.failures);
        take({ kind: "ended", result, random: Math.random() });
        takeApplied();
        return;
      }
      case "keep-anchor": {
        const kept = await passes.keepAnchor(effect.revision);
        if (kept.ok) return;
        const { diagnostics } = kept;
        tell({ kind: "source-refused", trouble: { why: "settings", diagnostics }, inForce: true });
        return;
      }
      case "tell":
        tell(effect.event);
        return;
    }
  }
}
