import { isAbsolute, join } from "node:path/posix";
import type { World } from "./imported.ts";

/** Returns a path as fleet.yaml takes it; undefined if it holds a variable, which only the tool can replace. */
export function workdirOf(text: string, base: string | undefined, world: World): string | undefined {
  const known = withKnownVariables(text.trim(), world);
  if (known === "" || /[$`]|\{\{/.test(known) || /^~[^/]/.test(known)) return undefined;
  if (isAbsolute(known) || known === "~" || known.startsWith("~/")) return tidy(known);
  return base === undefined ? undefined : tidy(`${base}/${known}`);
}

/** Replaces $HOME and $USER, which are known. */
function withKnownVariables(text: string, { home, user }: World): string {
  return text
    .replaceAll(/\$(?:HOME\b|\{HOME\})/g, () => home)
    .replaceAll(/\$(?:USER\b|\{USER\})/g, () => user);
}

/**
 * Returns the value of a variable of the environment with ~ and $HOME written out, because values of `env` are
 * literal. Undefined if it holds something that only a shell or the tool can replace.
 */
export function literalValue(text: string, world: World): string | undefined {
  const known = withKnownVariables(text, world).replace(/^~(?=\/|$)/, () => world.home);
  return /\$[A-Za-z_{(]|`|\{\{/.test(known) ? undefined : known;
}

function tidy(path: string): string {
  if (path.startsWith("~")) {
    const below = join("/", path.slice(1));
    // A path that climbs out of the home directory cannot be written with ~.
    const climbs = path.slice(1).split("/").includes("..") && !join("x/y", path.slice(1)).startsWith("x/y");
    return climbs ? path : `~${below === "/" ? "" : below.replace(/\/$/, "")}`;
  }
  return join("/", path).replace(/(?<=.)\/$/, "");
}
