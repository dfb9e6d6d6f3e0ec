import type { GitSettings } from "../config/source/source-settings.ts";
import { ok, type Result } from "../diagnostics/diagnostic.ts";
import type { Machine } from "../machine/machine.ts";
import { revisionInPlace } from "../observe/files/git-revision.ts";
import { readAnchor, readOrders, readSeen } from "./memory/read-memory.ts";
import { readSettings } from "./read-settings.ts";
import type { Anchor, Kept, Orders, Seen } from "./memory/source-memory.ts";
import { sourcePaths, type SourcePaths } from "./source-paths.ts";

/** A Git source with everything that is known about it. */
export interface KnownSource {
  readonly settings: GitSettings;
  readonly paths: SourcePaths;
  readonly anchor: Kept<Anchor>;
  readonly orders: Kept<Orders>;
  /** The result of the last pass since the last boot. */
  readonly seen: Seen | undefined;
  /** The revision whose files are in place. */
  readonly placed: string | undefined;
}

/** Reads a source by the path of its source.yaml. Fetches nothing. */
export function readSource(file: string, machine: Machine): Result<KnownSource> {
  const settings = readSettings(file, machine);
  if (!settings.ok) return settings;
  const paths = sourcePaths(file, settings.value.fleet, machine);
  return ok({
    settings: settings.value,
    paths,
    anchor: readAnchor(paths),
    orders: readOrders(paths),
    seen: readSeen(paths),
    placed: revisionInPlace(paths.pulled),
  });
}

/** Returns the last applied revision of this repository and reference; undefined for none. */
export function anchorOf({ anchor, settings }: Pick<KnownSource, "anchor" | "settings">): Anchor | undefined {
  if (anchor.kind !== "kept") return undefined;
  const { git, ref } = anchor.value;
  return git === settings.git && ref === settings.ref ? anchor.value : undefined;
}

/** Returns the orders of a person; none if they cannot be read. */
export function ordersOf({ orders }: Pick<KnownSource, "orders">): Orders {
  return orders.kind === "kept" ? orders.value : {};
}
