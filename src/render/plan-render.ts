import { naturally } from "../text/natural-order.ts";
import { readMark, isEdited } from "../desired/marks/file-mark.ts";
import type { RenderedPlace, RenderedThing } from "./rendered-files.ts";
import type { ObservedFile } from "../observed/types.ts";

/** The plan for the rendering of a fleet into a folder. Paths are relative to that folder. */
export interface RenderPlan {
  readonly steps: readonly RenderStep[];
  /** Former output without a successor, sorted by path. */
  readonly removed: readonly string[];
  /** Foreign things in the folder, sorted. Any of them forbids the rendering. */
  readonly foreign: readonly ForeignThing[];
}

export interface RenderStep {
  readonly thing: RenderedThing;
  readonly result: "created" | "updated" | "unchanged";
  /** True if an overwritten file was edited by hand. */
  readonly wasEdited: boolean;
}

export interface ForeignThing {
  readonly path: string;
  readonly kind: ObservedFile["kind"];
  /** The fleet of the file, by its mark. */
  readonly fleet: string | undefined;
}

/**
 * Compares the files to render with those in the folder. A file is former output only at a place of this
 * fleet, and with its mark; a link, which has none, if it leads to the fleet's template or to the unit of the service.
 */
export function planRender(
  wanted: readonly RenderedThing[],
  found: ReadonlyMap<string, ObservedFile>,
  fleet: string,
  placeOf: (path: string) => RenderedPlace | undefined,
): RenderPlan {
  const paths = new Set(wanted.map(({ path }) => path));
  const isOwnOutput = (path: string): boolean => isFormerOutput(found.get(path), placeOf(path), fleet);
  const there = naturally(found.keys());
  return {
    steps: wanted.map((thing) => stepFor(thing, found.get(thing.path))),
    removed: there.filter((path) => !paths.has(path) && isOwnOutput(path)),
    foreign: there
      .filter((path) => !isOwnOutput(path))
      .map((path) => foreignThingAt(path, found.get(path), fleet)),
  };
}

function isFormerOutput(
  found: ObservedFile | undefined,
  place: RenderedPlace | undefined,
  fleet: string,
): boolean {
  if (found?.kind === "link") {
    if (place?.kind !== "link") return false;
    const unit = /\/systemd\/user\/([^/]+)$/.exec(found.target)?.[1];
    return (
      unit === `${fleet}-agent@.service` ||
      unit?.replace(/\.(?:service|timer)$/, "") === `${fleet}-agent@${place.agent}`
    );
  }
  if (found?.kind !== "file" || place?.kind !== "file") return false;
  const mark = readMark(found.content);
  return mark?.fleet === fleet && mark.agent === place.agent;
}

function foreignThingAt(path: string, found: ObservedFile | undefined, fleet: string): ForeignThing {
  const marked = found?.kind === "file" ? readMark(found.content)?.fleet : undefined;
  return { path, kind: found?.kind ?? "other", fleet: marked === fleet ? undefined : marked };
}

function stepFor(thing: RenderedThing, found: ObservedFile | undefined): RenderStep {
  if (found === undefined) return { thing, result: "created", wasEdited: false };
  if (isAsRendered(thing, found)) return { thing, result: "unchanged", wasEdited: false };
  return { thing, result: "updated", wasEdited: found.kind === "file" && isEdited(found.content) };
}

function isAsRendered(thing: RenderedThing, found: ObservedFile): boolean {
  if (thing.kind === "link") return found.kind === "link" && found.target === thing.target;
  return found.kind === "file" && found.content === thing.content && found.mode === thing.mode;
}
