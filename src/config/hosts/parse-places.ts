import { isRecord } from "../yaml/is-record.ts";
import { ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { quoteShortened } from "../describe-path.ts";
import { namePattern } from "../schema/values/names.ts";
import type { Move, Places } from "./places.ts";

/** The version of the format. */
const version = "1.0";

const keys: readonly string[] = ["formatVersion", "places", "moves", "removed", "drained", "since", "held"];

/**
 * Parses the text of fleet.place.json. A table with a mistake places nobody: a guess about a host could run an agent twice.
 * Pure.
 */
export function parsePlaces(text: string, file: string): Result<Places> {
  const refusedPlaces = (
    summary: string,
    more: Pick<Diagnostic, "detail" | "hint"> = {},
    near?: string,
  ): Result<Places> => ({
    ok: false,
    diagnostics: [placesProblem(text, file, summary, more, near)],
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return /^(?:<{7}|={7}|>{7})/m.test(text)
      ? refusedPlaces(
          "it has the marks of an unfinished merge",
          { hint: "take one side of the merge, and then: fleet place" },
          "<<<<<<<",
        )
      : refusedPlaces("it is no JSON", {
          hint: "restore it from Git, or write it again: fleet place --write",
        });
  }
  if (!isRecord(value)) return refusedPlaces("it is no JSON object");
  if (value["formatVersion"] !== version)
    return refusedPlaces(`its formatVersion is not ${JSON.stringify(version)}`, {
      hint: "a newer version of fleet has written it: use that one",
    });
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) return refusedPlaces(`unknown key ${quoteShortened(unknown)}`, {}, unknown);
  const { places = {}, moves = {}, removed = {}, drained = [], since, held } = value;
  if (!isRecord(places))
    return refusedPlaces("places must be an object of agents with their hosts", {}, "places");
  if (!isRecord(moves))
    return refusedPlaces("moves must be an object of agents with from and to", {}, "moves");
  if (!isRecord(removed))
    return refusedPlaces("removed must be an object of agents with hosts", {}, "removed");
  if (!isNames(drained)) return refusedPlaces("drained must be a list of hosts", {}, "drained");
  if (held !== undefined && !isNames(held)) return refusedPlaces("held must be a list of agents", {}, "held");
  if (since !== undefined && !isTimes(since))
    return refusedPlaces(
      "since must be an object of agents with times such as 2026-11-30T05:10:00Z",
      {},
      "since",
    );
  for (const [agent, host] of Object.entries(places)) {
    if (!namePattern.test(agent) || typeof host !== "string")
      return refusedPlaces(`places must have names of agents with the name of a host each`, {}, agent);
    if (Object.hasOwn(moves, agent))
      return refusedPlaces(
        `agent ${quoteShortened(agent)} has a place, and is on its way at the same time`,
        { hint: "remove one of the two" },
        agent,
      );
  }
  for (const [agent, move] of Object.entries(moves)) {
    if (!namePattern.test(agent) || !isMove(move))
      return refusedPlaces("moves must have names of agents with from and to, two hosts", {}, agent);
  }
  for (const [agent, hosts] of Object.entries(removed)) {
    if (!namePattern.test(agent) || !isNames(hosts) || hosts.length === 0 || hosts.length > 2)
      return refusedPlaces(
        "removed must have names of agents with a list of one or two hosts each",
        {},
        agent,
      );
    if (Object.hasOwn(places, agent) || Object.hasOwn(moves, agent))
      return refusedPlaces(
        `agent ${quoteShortened(agent)} is removed, and has a place at the same time`,
        { hint: "remove one of the two" },
        agent,
      );
  }
  // JSON.parse takes the last of two equal keys, so an agent could be on another host than the first line says.
  const twice = repeatedKey(text);
  if (twice !== undefined)
    return refusedPlaces(
      `${quoteShortened(twice)} is there twice`,
      { hint: "remove one of the two lines" },
      twice,
    );
  return ok({
    places: places as Places["places"],
    moves: moves as Places["moves"],
    removed: removed as Places["removed"],
    drained,
    ...(since === undefined ? {} : { since }),
    ...(held === undefined ? {} : { held }),
  });
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
