import type { Candidate, KnownNames } from "./candidate.ts";

/**
 * Returns the ways to complete a selector of labels, which may be typed in part: keys, `key=value`, and the values
 * between the parentheses of `in (…)`. The part before the last comma stays as it is.
 */
export function labelCandidates(typed: string, labels: KnownNames["labels"]): readonly Candidate[] {
  const set = /^(?<kept>.*?(?<key>"[^"]*"|[^\s=!(),"]+)\s+(?:not)?in\s*\((?:[^()]*,\s*)?)[^(),]*$/s.exec(
    typed,
  )?.groups;
  if (set !== undefined) {
    const { kept = "", key = "" } = set;
    return labelWords(plainSelectorWord(key), labels).map((value) => ({ value: `${kept}${value}` }));
  }
  const { kept = "", last = "" } =
    /^(?<kept>(?:[^()]|\([^()]*\))*,\s*)?(?<last>.*)$/s.exec(typed)?.groups ?? {};
  if (last.includes("(") && !last.includes(")")) return [];
  const { start = "", key } = /^(?<start>(?<key>"[^"]*"|[^\s=!(),"]+)(?:!=|==|=))/s.exec(last)?.groups ?? {};
  if (key !== undefined)
    return labelWords(plainSelectorWord(key), labels).map((value) => ({ value: `${kept}${start}${value}` }));
  const isNegated = last.startsWith("!");
  return [...labels].flatMap(([name, values]): readonly Candidate[] => {
    const shown = selectorWord(name);
    if (isNegated) return [{ value: `${kept}!${shown}`, about: `agents without the label ${name}` }];
    const pairs = [...values].map((value) => ({ value: `${kept}${shown}=${selectorWord(value)}` }));
    return [{ value: `${kept}${shown}`, about: `agents with the label ${name}` }, ...pairs];
  });
}

function labelWords(key: string, labels: KnownNames["labels"]): readonly string[] {
  return [...(labels.get(key) ?? [])].map(selectorWord);
}

/** Returns a key or value as a selector needs it. A text with a double quote has no such form. */
function selectorWord(text: string): string {
  return text === "" || /[\s=!(),"]/.test(text) ? `"${text}"` : text;
}

function plainSelectorWord(text: string): string {
  return text.replace(/^"(.*)"$/s, "$1");
}
