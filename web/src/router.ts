import { change, current } from "./store.ts";

/** Goes to another place of the page, as a link does. */
export function go(path: string): void {
  if (path === location.pathname + location.search) return;
  history.pushState(null, "", path);
  arrive();
  window.scrollTo(0, 0);
}

/** Changes the query of the present place. With `isStep`, the back button undoes it. */
export function setQuery(values: Readonly<Record<string, string | undefined>>, isStep: boolean): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.size === 0 ? "" : `?${query}`;
  if (text === location.search) return;
  if (isStep) history.pushState(null, "", location.pathname + text);
  else history.replaceState(history.state, "", location.pathname + text);
  arrive();
}

/** Follows the address bar, and turns clicks on own links into steps without a new load. */
export function followAddress(): void {
  window.addEventListener("popstate", arrive);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const isPlain =
      event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link === null || !isPlain || link.origin !== location.origin || link.target !== "") return;
    if (link.hash !== "" && link.pathname === location.pathname) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}

/** Returns the name of the agent in the address, on another host with its name; undefined elsewhere. */
export function agentInPath(): string | undefined {
  return /^\/agents\/((?:[^/]+\/)?[^/]+)$/.exec(current().path)?.[1];
}

function arrive(): void {
  change({ path: location.pathname, query: new URLSearchParams(location.search) });
}
