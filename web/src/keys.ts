import { select, toggleSelected } from "./control/selection.ts";
import { agentInPath, go, setQuery } from "./router.ts";
import { change, current } from "./store.ts";

/** The keys of the page, for its help. */
export const keyHelp: readonly (readonly [keys: string, does: string])[] = [
  ["/", "filter agents"],
  ["j  k", "next and previous agent or change"],
  ["Enter", "open the agent"],
  ["x  X", "with --control: select the agent, or all up to it"],
  ["a", "with --control: what to do with the selected agents"],
  ["Esc", "leave the filter, clear it, or go back to the fleet"],
  ["f  p  w", "fleet, plan, wall of screens"],
  ["g  h", "graph, history"],
  ["n", "the next agent that needs you"],
  ["[  ]", "previous and next part of an agent's page"],
  ["?", "this list"],
];

const places: Readonly<Record<string, string>> = {
  f: "/",
  p: "/plan",
  w: "/wall",
  g: "/graph",
  h: "/history",
};

/** Listens to the keys of the page. A key with Ctrl, Alt or Meta belongs to the browser. */
export function listenForShortcuts(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") !== null) return;
    // Keys for an agent are none of the page.
    if (event.target instanceof Element && event.target.closest(".screen.typing") !== null) return;
    const { target } = event;
    const isTyping =
      (target instanceof HTMLInputElement && target.type !== "checkbox") ||
      target instanceof HTMLTextAreaElement;
    if (isTyping ? typingKey(event.key) : pageKey(event.key)) event.preventDefault();
  });
}

/** Returns true if the key meant something in a field. */
function typingKey(key: string): boolean {
  if (key === "Enter" || key === "ArrowDown") return moveFocusTo(0);
  if (key !== "Escape") return false;
  if (current().query.get("q") !== null) setQuery({ q: undefined }, false);
  blur();
  return true;
}

function pageKey(key: string): boolean {
  const place = places[key];
  if (place !== undefined) {
    go(place);
    return true;
  }
  switch (key) {
    case "/": {
      // At once if it is there: the next key, as of a script or a fast hand, is part of the filter.
      if (focusFilter()) return true;
      go("/");
      requestAnimationFrame(focusFilter);
      return true;
    }
    case "j":
    case "ArrowDown":
      return move(1, key === "j");
    case "k":
    case "ArrowUp":
      return move(-1, key === "k");
    case "[":
    case "]":
      return step(key === "]" ? 1 : -1);
    case "n":
      return openNext();
    case "x":
    case "X":
      return selectFocused(key === "X");
    case "a":
      return focusSelection();
    case "?":
      document.querySelector<HTMLDialogElement>("dialog.help")?.showModal();
      return true;
    case "Escape":
      return leave();
    default:
      return false;
  }
}

function focusFilter(): boolean {
  const filter = document.querySelector<HTMLElement>("#filter");
  filter?.focus();
  return filter !== null;
}

function selectFocused(isRange: boolean): boolean {
  const name = document.activeElement?.closest<HTMLElement>("[role=row][data-name]")?.dataset["name"];
  if (name === undefined || !current().control) return false;
  toggleSelected(name, isRange);
  return true;
}

function openNext(): boolean {
  const link = document.querySelector<HTMLElement>(".needing");
  link?.click();
  return link !== null;
}

function focusSelection(): boolean {
  const button = document.querySelector<HTMLElement>(".selection button");
  button?.focus();
  return button !== null;
}

function leave(): boolean {
  if (current().selected.size > 0 && current().path === "/") select([]);
  else if (agentInPath() !== undefined) go("/");
  else if (current().query.size > 0) setQuery({ q: undefined, show: undefined, host: undefined }, true);
  else if (!blur()) return false;
  return true;
}

/** Moves the focus among the rows. An arrow key scrolls as usual unless a row has the focus. */
function move(by: number, isAlways: boolean): boolean {
  const all = stops();
  const at = all.findIndex((each) => each === document.activeElement);
  if (at === -1 && !isAlways) return false;
  return moveFocusTo(at === -1 ? 0 : Math.max(0, Math.min(all.length - 1, at + by)));
}

function moveFocusTo(index: number): boolean {
  const stop = stops()[index];
  stop?.focus();
  stop?.scrollIntoView({ block: "nearest" });
  return stop !== undefined;
}

function stops(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-stop]")];
}

/** Opens the part of an agent's page next to the present one. */
function step(by: number): boolean {
  const tabs = [...document.querySelectorAll<HTMLElement>('[role="tab"]')];
  const at = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
  const tab = tabs[(at + by + tabs.length) % Math.max(1, tabs.length)];
  tab?.click();
  tab?.focus();
  return tab !== undefined;
}

function blur(): boolean {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || activeElement === document.body) return false;
  activeElement.blur();
  change({});
  return true;
}
