import type { Candidate, KnownHost } from "./candidate.ts";

/**
 * Returns the ways to complete a list of hosts, which may be typed in part: names, `all` and labels, each also with `!`. The
 * part before the last comma stays as it is.
 */
export function hostCandidates(typed: string, hosts: readonly KnownHost[]): readonly Candidate[] {
  const at = typed.lastIndexOf(",") + 1;
  const kept = typed.slice(0, at);
  const not = typed.startsWith("!", at) ? "!" : "";
  const given = new Set(kept.split(",").map((part) => part.replace(/^!/, "")));
  const labels = new Set(
    hosts.flatMap((host) => Object.entries(host.labels).map(([key, value]) => `${key}=${value}`)),
  );
  const words: readonly Candidate[] = [
    ...hosts.map(({ name }) => ({ value: name })),
    ...[...labels].map((value) => ({ value, about: "the hosts with this label" })),
    ...(hosts.length > 0 && kept === "" && not === "" ? [{ value: "all", about: "every host" }] : []),
  ];
  return words
    .filter(({ value }) => !given.has(value))
    .map(({ value, about }) => ({ value: `${kept}${not}${value}`, about }));
}

/** Returns HOST/AGENT for the agents of the host before the slash, or of the only one that begins as typed. */
export function addressCandidates(typed: string, hosts: readonly KnownHost[]): readonly Candidate[] {
  const [start = ""] = typed.split("/");
  const fitting = typed.includes("/")
    ? hosts.filter(({ name }) => name === start)
    : hosts.filter(({ name }) => start !== "" && name.startsWith(start));
  const [host, ...others] = fitting;
  if (host === undefined || others.length > 0) return [];
  return host.agents().map((agent) => ({ value: `${host.name}/${agent}` }));
}
