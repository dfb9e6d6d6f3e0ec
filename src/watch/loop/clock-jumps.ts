/** By how much two clocks may part between two looks without anybody having set one, ms. */
const toleranceMs = 5_000;

/**
 * Says, at each look, how long ago the wall clock was set or the machine slept, ms: then it has gone on by another time than
 * the one that nobody sets. tmux tells by the wall clock when an agent was last heard of.
 */
export function clockJumps(): (wallMs: number, steadyMs: number) => number {
  let before: { readonly wallMs: number; readonly steadyMs: number } | undefined;
  let jumpedAtMs = -Infinity;
  return (wallMs, steadyMs) => {
    const parted = before === undefined ? 0 : wallMs - before.wallMs - (steadyMs - before.steadyMs);
    if (Math.abs(parted) > toleranceMs) jumpedAtMs = steadyMs;
    before = { wallMs, steadyMs };
    return steadyMs - jumpedAtMs;
  };
}
