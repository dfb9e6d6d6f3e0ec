import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, tmux, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { browserPath, openBrowser, openPage, type WatchedPage } from "../../support/ui/browser.ts";
import { logIn, openSocket, serveUi, type UiServed } from "../../support/ui/serve-ui.ts";

/** Prints a red line, text that looks like markup on a blue ground, and then its input. */
const paints = String.raw`printf '\033[31mred\033[0m\n\033[44m<img src=x onerror=alert(1)>\033[0m\n'; exec cat`;

describe("the wall of fleet ui", () => {
  const box = useSandbox();
  let ui: UiServed;
  let browser: Browser | undefined;
  let watched: WatchedPage | undefined;
  let page: Page;

  beforeAll(async () => {
    await declare(box, { agents: { coder: { command: waits }, painter: { command: paints } } });
    await fleet(box, "apply", "--yes");
    ui = await serveUi(box);
  }, 60_000);
  /** Returns a computed style of the run with a text in the picture of the painter. */
  const styleOf = (text: string, property: string) =>
    page.evaluate<string>(
      `getComputedStyle([...document.querySelectorAll('[data-name=painter] .picture span')].find((each) => each.textContent.includes(${JSON.stringify(text)})))[${JSON.stringify(property)}]`,
    );
  afterAll(() => browser?.close());

  it("sends each picture once, and again only if it has changed", async () => {
    const session = await logIn(ui);
    const socket = await openSocket(ui.origin, session);
    if (typeof socket === "number") throw new Error(`refused: ${socket}`);
    socket.tell({ t: "look", visible: true, rows: [], wall: ["coder", "painter"] });
    const shows = (line: string) =>
      socket.hears("pictures", ({ pictures }) => JSON.stringify(pictures["painter"] ?? []).includes(line));
    await shows("red");
    for (const line of ["one", "two"]) {
      await tmux(box, "send-keys", "-t", "=painter:", line, "Enter");
      await shows(line);
    }
    const sent = socket.messages.flatMap((each) => (each.t === "pictures" ? [each.pictures] : []));
    expect(sent[0]?.["painter"]?.slice(0, 2)).toEqual([
      [["red", "38;5;1"]],
      [["<img src=x onerror=alert(1)>", "48;5;4"]],
    ]);
    expect(sent.filter((each) => each["coder"] !== undefined)).toHaveLength(1);
    socket.close();
    await socket.closed;
  });

  it.skipIf(browserPath === undefined)(
    "shows the colours of a screen in light and dark, and never markup",
    async () => {
      browser = await openBrowser();
      watched = await openPage(await browser.newContext({ colorScheme: "light" }));
      ({ page } = watched);
      const again = JSON.parse((await box.run(["fleet", "ui", "--json"])).stdout) as { readonly url: string };
      await page.goto(again.url);
      await page.getByRole("link", { name: "Wall" }).click();
      const red = page.locator('.card[data-name="painter"] .picture span', { hasText: "red" });
      const colour = () => styleOf("red", "color");
      await red.waitFor();
      const light = await colour();
      await page.emulateMedia({ colorScheme: "dark" });
      await until("the colour is another one in the dark", async () => (await colour()) !== light);
      expect(await styleOf("<img src=x", "backgroundColor")).not.toBe("rgba(0, 0, 0, 0)");
      expect(await page.locator(".picture img").count()).toBe(0);
      expect(watched.complaints).toEqual([]);
    },
  );
});
