import type { Page } from "playwright-core";
import { expect } from "vitest";
import { tmux } from "../../support/fleet/fleet.ts";
import type { Sandbox } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";

/** Scrolls a terminal to its first line by wheel and button, changes its letters, and opens no link unasked. */
export async function scrollTerminal(page: Page, box: Sandbox, tty: string): Promise<void> {
  const drawn = page.locator(".xterm-rows");
  await box.sh(`{ seq 1 1300; echo see https://example.org/docs; } >${tty}`);
  const link = drawn.locator("> div", { hasText: "https://example.org/docs" });
  await link.waitFor();
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await until("the link asks", async () => {
    await link.scrollIntoViewIfNeeded();
    const { x = 0, y = 0 } = (await link.boundingBox()) ?? {};
    await page.mouse.move(x + 60, y + 4);
    await page.mouse.click(x + 60, y + 4);
    return asked.length > 0;
  });
  expect(asked[0]).toBe("Open https://example.org/docs?");
  await page.mouse.wheel(0, -300);
  const end = page.getByRole("button", { name: "To the last lines" });
  await end.waitFor();
  // More than the 500 lines of the picture.
  await until("the first line is there", async () => {
    const earlier = page.getByRole("button", { name: "Earlier lines" });
    if ((await earlier.count()) > 0) await earlier.click();
    return (await drawn.textContent())?.includes("green");
  });
  await end.click();
  await link.waitFor();
  const letters = () =>
    page.evaluate<string>("getComputedStyle(document.querySelector('.xterm-rows')).fontSize");
  const before = await letters();
  await page.getByRole("button", { name: "Larger letters" }).click();
  await until("the letters are larger", async () => parseFloat(await letters()) > parseFloat(before));
  await page.getByRole("button", { name: "Fit", exact: true }).click();
  await until("they fit", async () => parseFloat(await letters()) < parseFloat(before));
  await page.getByRole("button", { name: "Fit", exact: true }).click();
  await until("they are as before", async () => (await letters()) === before);
  expect(await tmux(box, "list-windows", "-a", "-F", "#{window_width}x#{window_height}")).not.toMatch(
    /^(?!200x50$).+$/m,
  );
}
