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
  const scroll = new TouchScroll(terminal, rowHeight);
  box.addEventListener("touchstart", (event) => scroll.begin(event), { passive: true, capture: true });
  box.addEventListener("touchmove", (event) => scroll.move(event), { passive: false, capture: true });
  box.addEventListener("touchend", (event) => scroll.end(event));
}

/** The scrolling of a terminal by one finger after the other. */
class TouchScroll {
  readonly #terminal: Terminal;
  readonly #rowHeight: () => number;
  /** The last place of the finger, px, and its time, ms; undefined without one, or with several. */
  #last: { readonly x: number; readonly y: number; readonly at: number } | undefined;
  /** The thing that this finger scrolls, once that is decided. */
  #direction: "rows" | "page" | undefined;
  /** px in a ms, down. */
  #speed = 0;
  /** The part of a row that is not scrolled yet, px. */
  #rest = 0;
  /** The next frame of a glide. */
  #gliding = 0;

  constructor(terminal: Terminal, rowHeight: () => number) {
    [this.#terminal, this.#rowHeight] = [terminal, rowHeight];
  }

  begin({ touches, timeStamp }: TouchEvent): void {
    cancelAnimationFrame(this.#gliding);
    const [finger] = touches;
    this.#last =
      touches.length === 1 && finger ? { x: finger.clientX, y: finger.clientY, at: timeStamp } : undefined;
    [this.#direction, this.#speed, this.#rest] = [undefined, 0, 0];
  }

  move(event: TouchEvent): void {
    const [finger] = event.touches;
    if (this.#last === undefined || finger === undefined || event.touches.length !== 1) return;
    const [x, y] = [this.#last.x - finger.clientX, this.#last.y - finger.clientY];
    if (this.#direction === undefined) {
      if (Math.hypot(x, y) < undecided) return;
      this.#direction = Math.abs(y) > Math.abs(x) && this.#scroll(Math.sign(y)) ? "rows" : "page";
    }
    if (this.#direction === "page") return;
    event.preventDefault();
    this.#speed = y / Math.max(1, event.timeStamp - this.#last.at);
    this.#last = { x: finger.clientX, y: finger.clientY, at: event.timeStamp };
    this.#scroll(y);
  }

  end({ timeStamp }: TouchEvent): void {
    const isStill = this.#last === undefined || timeStamp - this.#last.at > 80;
    if (this.#direction !== "rows" || isStill) return;
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.#glide(performance.now());
  }

  /** Scrolls so many px down. Returns false if there is nothing more. */
  #scroll(px: number): boolean {
    const { baseY, viewportY } = this.#terminal.buffer.active;
    if (px < 0 ? viewportY === 0 : viewportY >= baseY) return false;
    this.#rest += px;
    const rows = Math.trunc(this.#rest / this.#rowHeight());
    this.#rest -= rows * this.#rowHeight();
    if (rows !== 0) this.#terminal.scrollLines(rows);
    return true;
  }

  #glide(from: number): void {
    this.#gliding = requestAnimationFrame((now) => {
      this.#speed *= friction ** ((now - from) / 16);
      if (Math.abs(this.#speed) > slowest && this.#scroll(this.#speed * (now - from))) this.#glide(now);
    });
  }
}
