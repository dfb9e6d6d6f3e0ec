/** Makes `~` and `~/x` absolute, and gives every spelling of a path the same form: see normalizePath. */
export function expandHome(path: string, home: string): string {
  return normalizePath(spelledPath(path, home));
}

/** Makes `~` and `~/x` absolute, and keeps the spelling of any other path. */
export function spelledPath(path: string, home: string): string {
  if (path === "~") return home;
  return path.startsWith("~/") ? `${home}${path.slice(1)}` : path;
}

/**
 * Returns an absolute path without meaningless parts: `//`, `/./`, a slash at its end. Keeps `..`, because
 * after a symbolic link it leads elsewhere.
 */
export function normalizePath(path: string): string {
  return path.replace(/\/(?:\.?\/)+/g, "/").replace(/\/\.?$/, "") || "/";
}
