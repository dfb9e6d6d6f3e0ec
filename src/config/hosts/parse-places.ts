import { ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { quoteShortened } from "../describe-path.ts";
import { namePattern } from "../schema/values/names.ts";
import type { Move, Places } from "./places.ts";
import { isRecord } from "../../text/json.ts";

/** The version of the format. */
const placesVersion = "1.0";

const placesKeys: readonly string[] = [
  "formatVersion",
  "places",
  "moves",
  "removed",
  "drained",
  "since",
  "held",
];

/** A mistake in a table. `near` is a key or word of its line. */
interface PlacesMistake extends Pick<Diagnostic, "detail" | "hint"> {
  readonly summary: string;
  readonly near?: string;
}

type Table = Readonly<Record<string, unknown>>;

/** The parts of a table, each of the right kind. */
interface PlaceTables extends Pick<Places, "drained" | "since" | "held"> {
  readonly places: Table;
  readonly moves: Table;
  readonly removed: Table;
}

type ReadValue<T> = { readonly value: T } | { readonly mistake: PlacesMistake };

/**
 * Parses the text of fleet.place.json. A table with a mistake places nobody: a guess about a host could run an agent twice.
 * Pure.
 */
export function parsePlaces(text: string, file: string): Result<Places> {
  const table = readTable(text);
  const read = "mistake" in table ? table : readParts(table.value);
  const mistake =
    "mistake" in read
      ? read.mistake
      : (mistakeInPlaces(read.value) ??
        mistakeInMoves(read.value) ??
        mistakeInRemoved(read.value) ??
        mistakeOfRepetition(text));
  if ("mistake" in read || mistake !== undefined) {
    const { summary = "", near, ...more } = mistake ?? {};
    return { ok: false, diagnostics: [placesProblem(text, file, summary, more, near)] };
  }
  const { places, moves, removed, ...others } = read.value;
  return ok({
    places: places as Places["places"],
    moves: moves as Places["moves"],
    removed: removed as Places["removed"],
    ...others,
  });
}

/** Reads the table as JSON with known keys. */
function readTable(text: string): ReadValue<Table> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { mistake: mistakeOfSyntax(text) };
  }
  if (!isRecord(value)) return { mistake: { summary: "it is no JSON object" } };
  if (value["formatVersion"] !== placesVersion) {
    const hint = "a newer version of fleet has written it: use that one";
    return { mistake: { summary: `its formatVersion is not ${JSON.stringify(placesVersion)}`, hint } };
  }
  const unknown = Object.keys(value).find((key) => !placesKeys.includes(key));
  if (unknown === undefined) return { value };
  return { mistake: { summary: `unknown key ${quoteShortened(unknown)}`, near: unknown } };
}

function mistakeOfSyntax(text: string): PlacesMistake {
  if (!/^(?:<{7}|={7}|>{7})/m.test(text))
    return { summary: "it is no JSON", hint: "restore it from Git, or write it again: fleet place --write" };
  return {
    summary: "it has the marks of an unfinished merge",
    hint: "take one side of the merge, and then: fleet place",
    near: "<<<<<<<",
  };
}

/** Reads the parts of a table, each with its kind of value. */
function readParts(table: Table): ReadValue<PlaceTables> {
  const { places = {}, moves = {}, removed = {}, drained = [], since, held } = table;
  const wrong = (near: string, kind: string): ReadValue<PlaceTables> => ({
    mistake: { summary: `${near} must be ${kind}`, near },
  });
  if (!isRecord(places)) return wrong("places", "an object of agents with their hosts");
  if (!isRecord(moves)) return wrong("moves", "an object of agents with from and to");
  if (!isRecord(removed)) return wrong("removed", "an object of agents with hosts");
  if (!isNames(drained)) return wrong("drained", "a list of hosts");
  if (held !== undefined && !isNames(held)) return wrong("held", "a list of agents");
  if (since !== undefined && !isTimes(since))
    return wrong("since", "an object of agents with times such as 2026-11-30T05:10:00Z");
  const optional = { ...(since === undefined ? {} : { since }), ...(held === undefined ? {} : { held }) };
  return { value: { places, moves, removed, drained, ...optional } };
}

const removeOne = "remove one of the two";

function mistakeInPlaces({ places, moves }: PlaceTables): PlacesMistake | undefined {
  for (const [agent, host] of Object.entries(places)) {
    if (!namePattern.test(agent) || typeof host !== "string")
      return { summary: "places must have names of agents with the name of a host each", near: agent };
    if (Object.hasOwn(moves, agent)) {
      const summary = `agent ${quoteShortened(agent)} has a place, and is on its way at the same time`;
      return { summary, hint: removeOne, near: agent };
    }
  }
  return undefined;
}

function mistakeInMoves({ moves }: PlaceTables): PlacesMistake | undefined {
  const wrong = Object.entries(moves).find(([agent, move]) => !namePattern.test(agent) || !isMove(move));
  return wrong && { summary: "moves must have names of agents with from and to, two hosts", near: wrong[0] };
}

function mistakeInRemoved({ places, moves, removed }: PlaceTables): PlacesMistake | undefined {
  for (const [agent, hosts] of Object.entries(removed)) {
    if (!namePattern.test(agent) || !isNames(hosts) || hosts.length === 0 || hosts.length > 2) {
      const summary = "removed must have names of agents with a list of one or two hosts each";
      return { summary, near: agent };
    }
    if (Object.hasOwn(places, agent) || Object.hasOwn(moves, agent)) {
      const summary = `agent ${quoteShortened(agent)} is removed, and has a place at the same time`;
      return { summary, hint: removeOne, near: agent };
    }
  }
  return undefined;
}

/** Returns the mistake of a key that is there twice: JSON.parse takes the last one, and a reader may look at the first. */
function mistakeOfRepetition(text: string): PlacesMistake | undefined {
  const near = repeatedKey(text);
  if (near === undefined) return undefined;
  return { summary: `${quoteShortened(near)} is there twice`, hint: "remove one of the two lines", near };
}

/** Returns a problem of the table, at the first line with a key. */
export function placesProblem(
  text: string,
  file: string,
  summary: string,
  more: Pick<Diagnostic, "detail" | "hint">,
  near?: string,
): Diagnostic {
  const lines = text.split(/\r?\n/);
  // A key has quotes; the mark of a merge has none.
  const wanted = near === undefined ? [] : [JSON.stringify(near), near];
  const found = wanted.flatMap((words) => {
    const at = lines.findIndex((line) => line.includes(words));
    const source = lines[at];
    return source === undefined ? [] : [{ words, at, source }];
  })[0];
  const place = found && {
    file,
    line: found.at + 1,
    column: found.source.indexOf(found.words) + 1,
    length: found.words.length,
    source: found.source,
  };
  return {
    severity: "error",
    code: "invalid-value",
    summary: place === undefined ? `${file}: ${summary}` : summary,
    ...more,
    ...(place === undefined ? {} : { place }),
  };
}

/** Times of one form, so that their order is that of their texts. */
function isTimes(value: unknown): value is Readonly<Record<string, string>> {
  return (
    isRecord(value) &&
    Object.values(value).every(
      (time) => typeof time === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time),
    )
  );
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isMove(value: unknown): value is Move {
  return (
    isRecord(value) &&
    Object.keys(value).length === 2 &&
    typeof value["from"] === "string" &&
    typeof value["to"] === "string" &&
    value["from"] !== value["to"]
  );
}

/** Returns a key its object has twice. Names have no quotes, so each key is a whole text before a colon. */
function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, key] of text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (key !== undefined) {
      const own = open.at(-1);
      if (own?.has(key) === true) return key;
      own?.add(key);
    }
  }
  return undefined;
}
