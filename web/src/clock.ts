import { durationPhrase } from "../../src/report/phrases.ts";

/** Returns the time since a moment in words, such as `7 min`. */
export function ago(at: number): string {
  return durationPhrase(Math.max(0, (Date.now() - at) / 1000));
}

/**
 * Keeps all shown times right, once a second, and only those on the screen. A new drawing of all rows would take ten
 * times as long, so it sets the texts alone.
 */
export function startClock(): void {
  setInterval(() => {
    if (document.hidden) return;
    for (const each of document.querySelectorAll<HTMLElement>("[data-at]")) {
      if (each.closest("[data-row]")?.getAttribute("data-row") === "away") continue;
      const text = ago(Number(each.dataset["at"]));
      if (each.firstChild instanceof Text && each.firstChild.data !== text) each.firstChild.data = text;
    }
  }, 1_000);
}
