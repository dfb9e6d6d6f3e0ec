/** `~` and `~/x` become absolute, and every spelling of a path becomes one: see normalizePath. */
export function expandHome(path: string, home: string): string {
  return normalizePath(spelledPath(path, home));
}

/** `~` and `~/x` become absolute; all else stays as it is spelled. */
export function spelledPath(path: string, home: string): string {
  if (path === "~") return home;
  return path.startsWith("~/") ? `${home}${path.slice(1)}` : path;
}

/**
 * Returns an absolute path without what means nothing in it: `//`, `/./`, a slash at its end. `..` stays, because behind a
 * symbolic link it leads elsewhere.
 */
export function normalizePath(path: string): string {
  return path.replace(/\/(?:\.?\/)+/g, "/").replace(/\/\.?$/, "") || "/";
}
