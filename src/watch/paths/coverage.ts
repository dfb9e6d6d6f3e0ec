import { dirname } from "node:path/posix";
import type { PolledFolders, Polling, PollingReason } from "../../observed/polling.ts";

/** The extent to which changes are seen as they happen. */
export interface Coverage {
  readonly unwatched: readonly Unwatched[];
  readonly polled: readonly Polled[];
  /** ms between two looks at polled folders */
  readonly everyMs: number;
}

/** A folder that cannot be watched. */
export interface Unwatched {
  readonly folder: string;
  /** As in errno(3). */
  readonly code: string;
}

/** A folder whose changes are found by polling. */
export interface Polled {
  readonly folder: string;
  readonly why: PollingReason;
  /** Its file system, if this is the reason. */
  readonly fileSystem: string | undefined;
}

const pollingReasons: readonly PollingReason[] = ["remote", "asked", "no-instances", "no-watches"];

/** Returns the polled folders, by reason; undefined if the kernel reports all changes. */
export function pollingOf({ polled, everyMs }: Coverage): Polling | undefined {
  const groups = pollingReasons.flatMap((why): readonly PolledFolders[] => {
    const group = polled.filter((each) => each.why === why);
    if (group.length === 0) return [];
    const fileSystems = new Set(group.flatMap(({ fileSystem }) => fileSystem ?? []));
    const folders = topmost(group.map(({ folder }) => folder));
    return [{ why, folders, count: group.length, fileSystems: [...fileSystems].toSorted() }];
  });
  return groups.length === 0 ? undefined : { everyMs, polled: groups };
}

/**
 * Returns a text that changes when people want to hear of the polling again: for a new reason or file system, but not for
 * each folder.
 */
export function noveltyOf(polling: Polling | undefined): string {
  return (polling?.polled ?? []).map(({ why, fileSystems }) => [why, ...fileSystems].join(" ")).join("\n");
}

/** Returns the unwatched folders, by the code of the error. */
export function unwatchedByCode(unwatched: readonly Unwatched[]): ReadonlyMap<string, readonly string[]> {
  const codes = new Set(unwatched.map(({ code }) => code));
  return new Map(
    [...codes].map((code) => [code, unwatched.flatMap((each) => (each.code === code ? [each.folder] : []))]),
  );
}

function topmost(folders: readonly string[]): readonly string[] {
  const all = new Set(folders);
  const isBelow = (path: string): boolean => {
    if (path === "/") return false;
    const above = dirname(path);
    return all.has(above) || isBelow(above);
  };
  return folders.filter((folder) => !isBelow(folder)).toSorted();
}
