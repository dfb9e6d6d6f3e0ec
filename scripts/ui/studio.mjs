// A real fleet in the sandbox with its page in a browser, for pictures.
import { openBox } from "./box.mjs";
import { teamOf } from "./fleet.mjs";
import { openBrowser } from "./page.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<typeof openBox>>} Box */
/** @typedef {Awaited<ReturnType<Box["serve"]>>} Served */
/** @typedef {keyof typeof widths} Width */
/** @typedef {(file: string, image: Buffer) => void} Keep */

export const widths = { phone: [390, 844], laptop: [1280, 800], wide: [2560, 1440] };
export const looks = /** @type {const} */ (["light", "dark"]);
/** The longest time for one step, ms: the machine may be busy. */
const stepMs = 120_000;

/** @typedef {Awaited<ReturnType<typeof openStudio>>} Studio */

/** Opens a sandbox and a browser. */
export async function openStudio() {
  const box = await openBox();
  const browser = await openBrowser();
  return {
    box,
    /**
     * Applies a team, edits its file, and serves its page.
     *
     * @param {number} size
     * @param {...string} args
     */
    async serveTeam(size, ...args) {
      await box.declare(teamOf(size));
      const { code, stderr } = await box.run(["fleet", "apply", "--yes", "--allow-remove-all"]);
      if (code !== 0) process.stderr.write(stderr);
      await box.declare(teamOf(size, true));
      return box.serve(...args);
    },
    /**
     * Opens a page that is logged in.
     *
     * @param {string} url
     */
    async logIn(url) {
      const context = await browser.newContext({ reducedMotion: "reduce" });
      const page = await context.newPage();
      page.setDefaultTimeout(stepMs);
      await page.goto(url);
      await page.locator("[role=row][data-name], .empty h2").first().waitFor();
      return page;
    },
    async close() {
      await browser.close();
      await box.run(["fleet", "destroy", "--yes"]);
      await box.close();
    },
  };
}

/**
 * Opens a path in a width, and waits until the page shows what it has to show.
 *
 * @param {Page} page
 * @param {Served} ui
 * @param {string} path
 * @param {Width} width
 */
export async function turnTo(page, ui, path, width) {
  await resize(page, width);
  if (page.url() !== ui.origin + path) await page.goto(ui.origin + path);
  await page.locator("main > *").first().waitFor({ state: "attached" });
  await page.getByText("Looking at the fleet").waitFor({ state: "detached" });
  await page.locator(".asking").first().waitFor({ state: "detached" });
  const isWall = path.startsWith("/wall");
  const hasPictures = isWall && (await page.locator(".card pre").count()) > 0;
  if (hasPictures && !(await page.locator(".empty").isVisible()))
    await page.locator(".card pre:not(:empty)").first().waitFor();
  if (path.endsWith("tab=terminal"))
    await page.locator(".xterm-rows, .empty, .whole-screen").first().waitFor();
  await page.waitForTimeout(isWall ? 2_500 : 400);
}

/**
 * Sets the width of a page.
 *
 * @param {Page} page
 * @param {Width} width
 */
export async function resize(page, width) {
  const [wide, high] = widths[width];
  await page.setViewportSize({ width: wide ?? 0, height: high ?? 0 });
}

/**
 * Returns a picture of a page as WebP, which has a third of the size of PNG. Playwright takes none.
 *
 * @param {Page} page
 */
export async function webpOf(page) {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 85 });
  await session.detach();
  return Buffer.from(data, "base64");
}
