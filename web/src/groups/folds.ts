import { change } from "../store.ts";

/** How much of a section is shown: nothing, its first agents, or all. */
export type Fold = "none" | "some" | "all";

const foldsPlace = "fleet-ui-folds";
const folds = new Map<string, Fold>(remembered());

/** Returns how much of a section is shown. */
export function foldOf(id: string): Fold {
  return folds.get(id) ?? "some";
}

/** Shows more or less of a section. The browser remembers what is folded, and not what is shown whole. */
export function setFold(id: string, next: Fold): void {
  folds.set(id, next);
  const folded = [...folds].flatMap(([each, at]) => (at === "none" ? [each] : []));
  localStorage.setItem(foldsPlace, JSON.stringify(folded.slice(0, 200)));
  change({});
}

function remembered(): readonly (readonly [string, Fold])[] {
  try {
    const folded: unknown = JSON.parse(localStorage.getItem(foldsPlace) ?? "[]");
    return Array.isArray(folded) ? folded.map((id) => [String(id), "none"] as const) : [];
  } catch {
    return [];
  }
}
