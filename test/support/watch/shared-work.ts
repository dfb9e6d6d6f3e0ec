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
      for (let next = rest.shift(); next !== undefined; next = rest.shift())
        said.push(...(await each(lane, next)));
      return said;
    }),
  );
  return lists.flat();
}
