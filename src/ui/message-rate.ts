/** Messages of a page in a second, over time and at once. A terminal acknowledges its output about 30 times a second. */
const perSecond = 200;
const most = 1_000;

/** Returns a function that returns false for a message too many. `now` is in ms. Pure, except for its memory. */
export function createMessageRate(): (now: number) => boolean {
  let left = most;
  let at: number | undefined;
  return (now) => {
    left = Math.min(most, left + ((now - (at ?? now)) / 1000) * perSecond);
    at = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
