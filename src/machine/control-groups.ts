/** Returns the group in the unified (v2) tree from the text of a /proc/PID/cgroup; undefined without that tree (cgroups(7)). */
export function unifiedGroupIn(cgroup: string): string | undefined {
  return /^0::(.*)$/m.exec(cgroup)?.[1];
}

/**
 * Returns the user unit of a process from the text of its /proc/PID/cgroup; undefined outside of any. Only
 * the unified line counts, because systemd keeps units in that tree.
 */
export function unitOfCgroup(cgroup: string): string | undefined {
  const group = unifiedGroupIn(cgroup);
  return group === undefined ? undefined : unitOfGroup(group);
}

/** Returns the user unit of a control group in the unified tree; undefined outside of any. */
export function unitOfGroup(group: string): string | undefined {
  const names = group.split("/");
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
