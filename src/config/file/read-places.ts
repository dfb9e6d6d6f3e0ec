import { basename } from "node:path";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { parsePlaces } from "../hosts/parse-places.ts";
import { placesProblems } from "../hosts/place-checks.ts";
import { placesPath } from "../hosts/places.ts";
import type { FleetConfig } from "../types.ts";
import type { FleetTexts } from "./fleet-draft.ts";
import { givenText, type IncludedFile } from "./included-files.ts";
import { readText } from "./read-text.ts";
import { isStreamPath } from "./stream-path.ts";

/** The place of a fleet file. */
interface FileAt {
  /** The path to show. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly texts: FleetTexts | undefined;
}

/** A fleet with its table. */
interface PlacedFleet {
  readonly config: FleetConfig;
  /** The file of the table; undefined without one. */
  readonly table: IncludedFile | undefined;
}

/**
 * Adds the table next to a fleet file to its configuration, if there is one. A fleet without hosts has none, and neither has
 * a pipe. A table that does not fit the fleet is an error. Tells `onRead` of its path, also of a missing one.
 */
export function withPlaces(
  config: FleetConfig,
  { file, path, texts }: FileAt,
  onRead: (path: string) => void,
): Result<PlacedFleet> {
  const without = ok({ config, table: undefined });
  if (config.hosts === undefined || isStreamPath(path)) return without;
  const at = placesPath(path);
  const shown = placesPath(file);
  onRead(at);
  const given = givenText(texts, at);
  if (given === null) return without;
  const text = given ?? readText(at, shown);
  if (text === undefined) return without;
  if (!text.ok) return text;
  const places = parsePlaces(text.value, shown);
  if (!places.ok) return places;
  const problems = placesProblems(config, places.value, text.value, shown);
  if (problems.length > 0) return { ok: false, diagnostics: problems };
  return ok({
    config: { ...config, places: places.value },
    table: { path: at, name: basename(at), text: text.value },
  });
}
