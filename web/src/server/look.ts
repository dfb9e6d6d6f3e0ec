import { connection } from "./connection.ts";

const rows = new Set<string>();
const wall = new Set<string>();
/** The agent whose own page is open. */
let own: string | undefined;
let isDue = false;

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!(target instanceof HTMLElement)) continue;
      const { name = "", kind } = target.dataset;
      const set = kind === "card" ? wall : rows;
      target.dataset["row"] = isIntersecting ? "here" : "away";
      if (isIntersecting) set.add(name);
      else set.delete(name);
    }
    tellSoon();
  },
  { rootMargin: "100px" },
);

/** Follows whether a row or a card is on the screen, for as long as it exists. Returns its end. */
export function followRow(element: HTMLElement): () => void {
  observer.observe(element);
  return () => {
    observer.unobserve(element);
    const { name = "", kind } = element.dataset;
    (kind === "card" ? wall : rows).delete(name);
    tellSoon();
  };
}

/** Tells which agent's own page is open. */
export function followAgent(name: string | undefined): void {
  own = name;
  tellSoon();
}

/** Tells which agent's whole screen is shown, of those on other machines. Returns its end. */
export function followScreen(name: string): () => void {
  wall.add(name);
  tellSoon();
  return () => {
    wall.delete(name);
    tellSoon();
  };
}

/** Brings the chosen one of a row of links or tabs to the screen: on a phone, the row is longer. */
export function showChosen(selector: string): void {
  document.querySelector(selector)?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Follows whether the page is visible. */
export function followLook(): void {
  document.addEventListener("visibilitychange", tellSoon);
  tellSoon();
}

/** Tells the server in a moment what is on the screen, because scrolling changes it with each frame. */
function tellSoon(): void {
  if (isDue) return;
  isDue = true;
  setTimeout(() => {
    isDue = false;
    connection.tellLook({
      visible: !document.hidden,
      rows: [...rows, ...(own === undefined ? [] : [own])].slice(0, 500).sort(),
      wall: [...wall].slice(0, 200).sort(),
    });
  }, 150);
}
