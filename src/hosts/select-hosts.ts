import type { Hosts } from "../config/hosts/slice.ts";
import { isPattern, patternTest } from "../plan/selection/patterns.ts";

/** The hosts of a selection, or the part of it that selects none. */
export type SelectedHosts =
  { readonly ok: true; readonly names: readonly string[] } | { readonly ok: false; readonly part: string };

/**
 * Returns the hosts that a list selects, in the order of their declaration. Its parts are `all`, names, patterns and
 * `LABEL=VALUE`; a part that begins with `!` takes hosts away. A list of such parts alone takes them from all hosts. Each
 * part must fit a host, because it is a mistake otherwise. Pure.
 */
export function selectHosts(hosts: Hosts, list: string): SelectedHosts {
  const names = Object.keys(hosts);
  const parts = list.split(",").map((part) => part.trim());
  const taken = parts.filter((part) => !part.startsWith("!"));
  const left = parts.flatMap((part) => (part.startsWith("!") ? [part.slice(1)] : []));
  for (const part of [...taken, ...left])
    if (!names.some((name) => fits(part, name, hosts))) return { ok: false, part };
  const selected = names.filter(
    (name) =>
      (taken.length === 0 || taken.some((part) => fits(part, name, hosts))) &&
      !left.some((part) => fits(part, name, hosts)),
  );
  return selected.length === 0 ? { ok: false, part: list } : { ok: true, names: selected };
}

function fits(part: string, name: string, hosts: Hosts): boolean {
  if (part === "all") return true;
  const at = part.indexOf("=");
  if (at > 0) return hosts[name]?.labels?.[part.slice(0, at)] === part.slice(at + 1);
  return isPattern(part) ? patternTest(part)(name) : part === name;
}
