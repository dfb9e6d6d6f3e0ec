import type { Terminal } from "@xterm/xterm";

/** The way of a finger until its direction counts, px. */
const undecided = 6;
/** The share of its speed that a scroll keeps in 16 ms, and the speed at which it ends, px in a ms. */
const [friction, slowest] = [0.94, 0.03];

/**
 * Lets a finger scroll a terminal: xterm.js hears the wheel alone (xterm.js issue 5377). A finger that goes sideways, or
 * beyond the first or the last line, scrolls the page.
 */
export function scrollByTouch(box: HTMLElement, terminal: Terminal, rowHeight: () => number): void {
  let last: { readonly x: number; readonly y: number; readonly at: number } | undefined;
  let direction: "rows" | "page" | undefined;
  let speed = 0;
  let rest = 0;
  let gliding = 0;

  /** Scrolls so many px down. Returns false if there is nothing more. */
  function scroll(px: number): boolean {
    const { baseY, viewportY } = terminal.buffer.active;
    if (px < 0 ? viewportY === 0 : viewportY >= baseY) return false;
    rest += px;
    const rows = Math.trunc(rest / rowHeight());
    rest -= rows * rowHeight();
    if (rows !== 0) terminal.scrollLines(rows);
    return true;
  }

  function glide(from: number): void {
    gliding = requestAnimationFrame((now) => {
      speed *= friction ** ((now - from) / 16);
      if (Math.abs(speed) > slowest && scroll(speed * (now - from))) glide(now);
    });
  }

  box.addEventListener(
    "touchstart",
    ({ touches, timeStamp }) => {
      cancelAnimationFrame(gliding);
      const [finger] = touches;
      last =
        touches.length === 1 && finger ? { x: finger.clientX, y: finger.clientY, at: timeStamp } : undefined;
      [direction, speed, rest] = [undefined, 0, 0];
    },
    { passive: true, capture: true },
  );
  box.addEventListener(
    "touchmove",
    (event) => {
      const [finger] = event.touches;
      if (last === undefined || finger === undefined || event.touches.length !== 1) return;
      const [x, y] = [last.x - finger.clientX, last.y - finger.clientY];
      if (direction === undefined) {
        if (Math.hypot(x, y) < undecided) return;
        direction = Math.abs(y) > Math.abs(x) && scroll(Math.sign(y)) ? "rows" : "page";
      }
      if (direction === "page") return;
      event.preventDefault();
      speed = y / Math.max(1, event.timeStamp - last.at);
      last = { x: finger.clientX, y: finger.clientY, at: event.timeStamp };
      scroll(y);
    },
    { passive: false, capture: true },
  );
  box.addEventListener("touchend", ({ timeStamp }) => {
    const isStill = last === undefined || timeStamp - last.at > 80;
    if (direction !== "rows" || isStill || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    glide(performance.now());
  });
}
