import type { PlaceChange } from "../../../hosts/places/place-changes.ts";
import { grouped } from "../../../text/grouped.ts";
import { naturally } from "../../../text/natural-order.ts";
import { joinAlike, rangesOf } from "../../alike.ts";
import { alignedLines } from "../../table/aligned-lines.ts";
import type { Colors } from "../../terminal/colors.ts";
import type { PlacesJson } from "./place-output.ts";

/** Returns the hosts of a table with their numbers of agents, and its differences. Many equal ones share a line. */
export function placeLines(
  { hosts, changes, file, hasTable }: PlacesJson,
  colors: Colors,
): readonly string[] {
  const cells = hosts.map(({ name, weight, takesAgents, now, next }) => ({
    name,
    rest: [`${weight}`, takesAgents ? "yes" : "no", hasTable ? `${now}` : "-", `${next}`],
  }));
  const rows = joinAlike(
    cells,
    ({ name }) => name,
    ({ rest }) => rest.join("\n"),
  ).map(({ first, names }) => [rangesOf(names), ...first.rest]);
  const lines = [...grouped(changes, phraseOf)].map(
    ([phrase, some]) =>
      `${placeGlyphs[some[0]?.kind ?? "new"]} ${rangesOf(naturally(some.map(({ agent }) => agent)))} ${phrase}`,
  );
  return [
    ...alignedLines(["HOST", "WEIGHT", "TAKES", "NOW", "NEXT"], rows, colors),
    ...(lines.length === 0 ? [] : ["", ...lines]),
    "",
    changes.length === 0 ? `${file} fits fleet.yaml.` : `${file}: ${placeCounts(changes)}.`,
  ];
}

const placeGlyphs: Readonly<Record<PlaceChange["kind"], string>> = {
  new: "+",
  moves: ">",
  "on-its-way": "…",
  arrives: "✓",
  stays: "!",
  ended: "✓",
  removed: "-",
  leaves: "…",
  gone: "-",
};

function phraseOf(change: PlaceChange): string {
  switch (change.kind) {
    case "new":
      return `→ ${change.to}`;
    case "moves":
      return `${change.from} → ${change.to}, because ${moveReasons[change.why](change.from)}`;
    case "on-its-way":
      return `${change.from} → ${change.to}, on the way: has to end on ${change.from} first`;
    case "arrives":
      return `${change.from} → ${change.to}, has ended on ${change.from}`;
    case "stays":
      return change.why === "no-host"
        ? `on ${change.on}: no other host takes it`
        : `on ${change.on} for now: enough others are on their way`;
    case "ended":
      return `on ${change.on}, and certainly on no other host`;
    case "removed":
      return `removed, and has to end on ${change.on}`;
    case "leaves":
      return `removed before, and may still run on ${change.on}`;
    case "gone":
      return "has no place of its own any more";
  }
}

const moveReasons: Readonly<
  Record<Extract<PlaceChange, { kind: "moves" }>["why"], (from: string) => string>
> = {
  lost: (from) => `${from} is lost`,
  drained: (from) => `${from} takes no agents`,
  declared: () => "fleet.yaml says so",
  rebalance: () => "it balances the hosts",
};

function placeCounts(changes: readonly PlaceChange[]): string {
  const number = (kind: PlaceChange["kind"]): number => changes.filter((each) => each.kind === kind).length;
  const parts = countedKinds.flatMap((kind) =>
    number(kind) === 0 ? [] : [`${number(kind)} ${placeWords[kind]}`],
  );
  return parts.join(", ");
}

const countedKinds = [
  "new",
  "moves",
  "on-its-way",
  "arrives",
  "stays",
  "ended",
  "removed",
  "leaves",
  "gone",
] as const satisfies readonly PlaceChange["kind"][];

const placeWords: Readonly<Record<PlaceChange["kind"], string>> = {
  new: "new",
  moves: "to move",
  "on-its-way": "on the way",
  arrives: "arrived",
  stays: "to stay",
  ended: "ended elsewhere",
  removed: "removed",
  leaves: "still to end",
  gone: "gone",
};

/** Returns the step that follows a table. */
export function placeRemark({ isWritten, hasTable, changes, file }: PlacesJson): string {
  if (!isWritten) {
    const isOpen = changes.some(({ kind }) => !["on-its-way", "stays", "leaves"].includes(kind));
    if (hasTable && !isOpen) return "Nothing was written.";
    return "Nothing was written. To write the table: fleet place --write";
  }
  if (changes.some(({ kind }) => kind === "moves" || kind === "on-its-way"))
    return `${file} is written. Apply on the old and the new hosts, and then let the agents arrive: fleet place --write`;
  return changes.some(({ kind }) => kind === "removed" || kind === "leaves")
    ? `${file} is written. Apply on the hosts of the removed agents, and then: fleet place --write`
    : `${file} is written.`;
}
