import type { Page } from "playwright-core";

/**
 * Returns the targets of a page that a finger misses: those that do not get a tap 11 px from their center, as WCAG 2.5.8
 * wants with its 24 px. The field of a terminal is none, because a tap on the screen reaches it. Neither is a square of
 * the map, whose agent is also in the table.
 *
 * A row or a card far from the screen has no content yet (content-visibility), and gets it with the frames after it has
 * come there. So a target counts as missed after two of them.
 */
export async function smallTargets(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(`(async () => {
    const targets = "a[href], button, input, select, textarea, summary";
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const gets = (each) => {
      const box = each.getBoundingClientRect();
      const [x, y] = [box.x + Math.min(box.width / 2, 150), box.y + box.height / 2];
      const taps = [[x, y], [x - 11, y], [x + 11, y], [x, y - 11], [x, y + 11]];
      return taps.every(([px, py]) => {
        const at = document.elementFromPoint(px, py);
        return at !== null && (each.contains(at) || (at.closest("label")?.contains(each) ?? false));
      });
    };
    const small = [];
    for (const each of document.querySelectorAll(targets)) {
      if (!each.checkVisibility({ visibilityProperty: true })) continue;
      if (each.closest(".hidden, .skip, .head, .xterm, .tiles") !== null) continue;
      each.scrollIntoView({ block: "center", inline: "center" });
      if (gets(each)) continue;
      await frame();
      await frame();
      each.scrollIntoView({ block: "center", inline: "center" });
      if (each.isConnected && !gets(each)) small.push((each.getAttribute("aria-label") ?? each.textContent ?? "").trim());
    }
    scrollTo(0, 0);
    return small;
  })()`);
}
