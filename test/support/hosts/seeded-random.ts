/** Returns a source of numbers from 0 to below 1, and prints its seed. The variable HOSTS_SEED repeats a run. */
export function seededRandom(): () => number {
  const seed = Number(process.env["HOSTS_SEED"] ?? Date.now() % 1_000_000_000);
  console.log(`HOSTS_SEED=${seed}`);
  let state = seed >>> 0;
  // A linear congruential generator with the constants of Numerical Recipes: its high bits are random enough.
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
