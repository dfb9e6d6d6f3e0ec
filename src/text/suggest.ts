import { closest, distance } from "fastest-levenshtein";

/**
 * Returns the candidate of which `word` is probably a misspelling. Tolerates one letter in short words, two
 * letters (such as swapped neighbours) or a third of the letters in longer ones.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const list = [...candidates];
  if (list.length === 0) return undefined;
  const lower = word.toLowerCase();
  const nearest = closest(
    lower,
    list.map((candidate) => candidate.toLowerCase()),
  );
  const found = list.find((candidate) => candidate.toLowerCase() === nearest);
  const longer = Math.max(word.length, nearest.length);
  const allowed = longer < 4 ? 1 : Math.max(2, Math.floor(longer / 3));
  return found !== undefined && distance(lower, nearest) <= allowed ? found : undefined;
}
