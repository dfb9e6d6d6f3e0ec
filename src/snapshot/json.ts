/**
 * Maps as lists of pairs under a reserved key, with an undefined value as a pair without its second half; all
 * other values as in JSON.
 */
const mapKey = "$map";

/** Returns JSON that keeps maps, with sorted keys of maps: the same for the same value. */
export function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, each: unknown) => (each instanceof Map ? { [mapKey]: pairsOf(each) } : each),
    2,
  );
}

function pairsOf(map: ReadonlyMap<unknown, unknown>): readonly (readonly unknown[])[] {
  return [...map]
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    .map(([key, value]) => (value === undefined ? [key] : [key, value]));
}

/** Parses the result of toJson. Throws if it is no JSON. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_, each: unknown) =>
    isMapJson(each) ? new Map(each[mapKey] as readonly [unknown, unknown][]) : each,
  );
}

function isMapJson(value: unknown): value is Readonly<Record<typeof mapKey, unknown>> {
  return typeof value === "object" && value !== null && mapKey in value && Object.keys(value).length === 1;
}
