/** The rest after work, in times of its processor time, at least: a crash loop must not use up a processor. */
const leastRest = 10;

/** Returns the end of the rest after work, by performance.now(). `before` is the processor time at its beginning. */
export function restAfter(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return performance.now() + (leastRest * (user + system)) / 1000;
}
