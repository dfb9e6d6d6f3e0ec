import { parsePlaces } from "../../config/hosts/parse-places.ts";
import type { Places } from "../../config/hosts/places.ts";
import { readContent, readPath } from "../../drivers/files/read.ts";
import {
  parseAnchor,
  parseOrders,
  parseSeen,
  type Anchor,
  type Kept,
  type Orders,
  type Seen,
} from "./source-memory.ts";
import type { SourcePaths } from "../source-paths.ts";

/** Reads the last applied revision of a source. */
export function readAnchor({ anchor }: Pick<SourcePaths, "anchor">): Kept<Anchor> {
  return parsedFile(anchor, parseAnchor);
}

/** Reads the places of agents, as the last applied revision has them. */
export function readKnownPlaces({ places }: Pick<SourcePaths, "places">): Kept<Places> {
  return parsedFile(places, (text) => {
    if (text === undefined) return { kind: "absent" };
    const parsed = parsePlaces(text, places);
    return parsed.ok ? { kind: "kept", value: parsed.value } : { kind: "broken" };
  });
}

/** Reads the words of a person about a source. */
export function readOrders({ orders }: Pick<SourcePaths, "orders">): Kept<Orders> {
  return parsedFile(orders, parseOrders);
}

/** Parses a file. Anything else in its place, or an unreadable one, is broken. */
function parsedFile<T>(path: string, parse: (text: string | undefined) => Kept<T>): Kept<T> {
  const found = readPath(path);
  return found === undefined || found.kind === "file" ? parse(found?.content) : { kind: "broken" };
}

/** Reads the result of the last pass since the last boot; undefined for none. */
export function readSeen({ seen }: Pick<SourcePaths, "seen">): Seen | undefined {
  return parseSeen(readContent(seen));
}
