import type { Page } from "playwright-core";

/**
 * Leaves the terminal of an agent, comes back at once, and clicks Type… in the frame that shows it. Frames and timers of
 * the page come after the answer, as on a busy machine: then also the late end of the terminal that was left.
 */
export async function typeAtOnce(page: Page, path: string): Promise<void> {
  await page.evaluate<void>(`(async () => {
    const frame = requestAnimationFrame.bind(window);
    const timer = setTimeout.bind(window);
    let waiting = [];
    const later = (call) => (...args) => (waiting === undefined ? call(...args) : waiting.push(() => call(...args)));
    window.requestAnimationFrame = (call) => frame(later(call));
    window.setTimeout = (call, ms, ...args) => timer(later(call), ms, ...args);
    const button = (name) => [...document.querySelectorAll("button")].find((each) => each.textContent === name);
    const once = (probe) =>
      new Promise((resolve) => {
        const look = () => probe() && (observer.disconnect(), resolve());
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
        look();
      });
    const go = (to) => {
      history.pushState(null, "", to);
      dispatchEvent(new PopStateEvent("popstate"));
    };
    go("/plan");
    await once(() => !button("Type…"));
    go(${JSON.stringify(path)});
    await once(() => button("Type…"));
    button("Type…").click();
    const lost = new Promise((_, reject) => timer(() => reject(new Error("the answer to the click is lost")), 20_000));
    await Promise.race([once(() => button("Stop typing")), lost]);
    const calls = waiting;
    waiting = undefined;
    Object.assign(window, { requestAnimationFrame: frame, setTimeout: timer });
    for (const call of calls) call();
    // What these calls put off comes with the next frame.
    for (const each of [1, 2]) await new Promise((resolve) => frame(() => timer(resolve)));
  })()`);
}
