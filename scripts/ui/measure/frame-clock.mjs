// The moment at which a page has drawn something, by its own clock: a wait of the browser's driver looks only now and then.

/** @typedef {import("playwright-core").Page} Page */

/**
 * A script for a page. `fleetClock.drawn(find, isSeen)` is fulfilled with the time at the end of the first frame that has the
 * element `find` returns, in ms since the epoch; with `isSeen`, it must be on the screen. An observer of intersections is
 * called after the layout and paint of the frame with the change, and a request for an animation frame one frame later.
 */
const script = `
globalThis.fleetClock ??= {
  now: () => performance.timeOrigin + performance.now(),
  afterFrame: (element, isSeen, take) => {
    const seen = new IntersectionObserver((entries) => {
      if (isSeen && !entries.at(-1).isIntersecting) return;
      seen.disconnect();
      take(fleetClock.now());
    });
    seen.observe(element);
  },
  drawn: (find, isSeen = false) =>
    new Promise((resolve) => {
      const all = { attributes: true, childList: true, subtree: true, characterData: true };
      const observer = new MutationObserver(look);
      function look() {
        const element = find();
        if (!element) return;
        observer.disconnect();
        fleetClock.afterFrame(element, isSeen, resolve);
      }
      observer.observe(document, all);
      look();
    }),
};`;

/**
 * Gives a page its clock, now and after each load.
 *
 * @param {Page} page
 */
export async function addFrameClock(page) {
  await page.addInitScript(script);
  await page.evaluate(script);
}
