/**
 * The user unit in whose control group a process runs, from the text of its /proc/PID/cgroup; undefined outside of
 * any. Only the unified (v2) line counts: that is the tree in which systemd keeps units (cgroups(7)).
 */
export function unitOfCgroup(cgroup: string): string | undefined {
  const path = /^0::(.*)$/m.exec(cgroup)?.[1];
  if (path === undefined) return undefined;
  const names = path.split("/");
  const manager = names.findLastIndex((name) => /^user@\d+\.service$/.test(name));
  return names.slice(manager + 1).find((name) => name.endsWith(".service") || name.endsWith(".scope"));
}
