import type { WatchedLane } from "./watched-lane.ts";

/** Shares the work among the lanes. Each lane does the next work after its last one. Returns their results. */
export async function shared<Work>(
  lanes: readonly WatchedLane[],
  work: readonly Work[],
  each: (lane: WatchedLane, work: Work) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const rest = [...work];
  const lists = await Promise.all(
    lanes.map(async (lane) => {
      const said: string[] = [];
      for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
        const problems = await each(lane, next);
        // At once: a run of all tests that somebody stops prints no failure.
        for (const problem of problems) console.error(problem);
        said.push(...problems);
      }
      return said;
    }),
  );
  return lists.flat();
}
