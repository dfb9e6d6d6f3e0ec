/**
 * Returns the user unit of a process from the text of its /proc/PID/cgroup; undefined outside of any. Only
 * the unified (v2) line counts, because systemd keeps units in that tree (cgroups(7)).
 */
export function unitOfCgroup(cgroup: string): string | undefined {
  const path = /^0::(.*)$/m.exec(cgroup)?.[1];
  if (path === undefined) return undefined;
  const names = path.split("/");
  const manager = names.findLastIndex((name) => /^user@\d+\.service$/.test(name));
  return names.slice(manager + 1).find((name) => name.endsWith(".service") || name.endsWith(".scope"));
}

/**
 * Returns true if the text of a /proc/PID/cgroup names a removed control group: the process has ended, and
 * nobody has asked for its exit status yet (cgroups(7)).
 */
export function isRemovedCgroup(cgroup: string): boolean {
  return /^0::.* \(deleted\)$/m.test(cgroup);
}
