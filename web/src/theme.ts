/** The looks of the page. `auto` follows the system. */
const themes = ["auto", "light", "dark"] as const;

/** One of these looks. */
export type Theme = (typeof themes)[number];

const themePlace = "fleet-ui-theme";

/** Returns the chosen look. */
export function theme(): Theme {
  return themes.find((each) => each === localStorage.getItem(themePlace)) ?? "auto";
}

/** Chooses the next look, and returns it. */
export function nextTheme(): Theme {
  const next = themes[(themes.indexOf(theme()) + 1) % themes.length] ?? "auto";
  localStorage.setItem(themePlace, next);
  applyTheme();
  return next;
}

/** Shows the chosen look. */
export function applyTheme(): void {
  document.documentElement.dataset["theme"] = theme();
}
