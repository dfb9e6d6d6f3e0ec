// Takes pictures of the page of a real fleet.
import { openBox } from "./box.mjs";
import { hostsFleet, teamOf } from "./fleet.mjs";
import { openBrowser } from "./page.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<Awaited<ReturnType<typeof openBox>>["serve"]>>} Served */

const widths = { phone: [390, 844], laptop: [1280, 800], wide: [2560, 1440] };
const looks = /** @type {const} */ (["light", "dark"]);

/**
 * Takes the pictures of the docs; or, with sizes of fleets, those of every page at three widths in both looks, also failing
 * and offline.
 *
 * @param {(file: string, image: Buffer) => void} keep
 * @param {number[] | undefined} sizes
 */
export async function takePictures(keep, sizes) {
  const box = await openBox();
  const browser = await openBrowser();
  try {
    await (sizes === undefined ? docs() : review(sizes));
  } finally {
    await browser.close();
    await box.run(["fleet", "destroy", "--yes"]);
    await box.close();
  }

  async function docs() {
    const ui = await begin(50, true);
    const page = await logIn(ui.url);
    /** @type {[path: string, name: string, width: keyof typeof widths, look: "light" | "dark"][]} */
    const all = [
      ["/", "agents-light", "laptop", "light"],
      ["/", "agents-dark", "laptop", "dark"],
      ["/wall", "wall-dark", "laptop", "dark"],
      ["/plan", "plan-light", "laptop", "light"],
      ["/graph", "graph-light", "laptop", "light"],
      ["/", "phone-light", "phone", "light"],
      ["/wall?show=you", "phone-dark", "phone", "dark"],
    ];
    for (const [path, name, width, look] of all) {
      await page.emulateMedia({ colorScheme: look });
      await shoot(page, ui, path, name, width, "webp");
    }
    await ui.end();
  }

  /**
   * Takes every page of fleets of these sizes.
   *
   * @param {number[]} all
   */
  async function review(all) {
    for (const size of all) {
      const ui = await begin(size, true);
      const page = await logIn(ui.url);
      const paths = ["/", "/plan", "/wall", "/graph", "/history", "/hosts"];
      const agent =
        size === 0
          ? []
          : ["", "?tab=why", "?tab=diff", "?tab=events"].map(
              (tab) => `/agents/${size < 12 ? "coder" : "tester"}${tab}`,
            );
      for (const path of [...paths, ...agent])
        for (const width of /** @type {(keyof typeof widths)[]} */ (Object.keys(widths)))
          for (const look of looks) {
            await page.emulateMedia({ colorScheme: look });
            await shoot(page, ui, path, `${size}${path.replaceAll(/[^a-z]+/g, "-")}-${width}-${look}`, width);
          }
      await box.declare("version: 1\nagents: { coder: { comand: cat } }\n");
      await page.getByRole("alert").first().waitFor();
      for (const width of /** @type {const} */ (["phone", "laptop"]))
        await shoot(page, ui, "/", `${size}-failing-${width}`, width);
      await ui.end("KILL");
      await page.getByText("Connection lost.").waitFor();
      for (const width of /** @type {const} */ (["phone", "laptop"]))
        await shoot(page, undefined, "/", `${size}-offline-${width}`, width);
      await page.context().close();
    }
    await reviewHosts();
  }

  /** Takes the pages with the agents of other machines. */
  async function reviewHosts() {
    await box.declare(teamOf(0));
    await box.run(["fleet", "destroy", "--yes"]);
    await box.declare(hostsFleet());
    await box.run(["fleet", "apply", "--yes", "--host", "build1"]);
    const ui = await box.serve("--host", "all");
    const page = await logIn(ui.url);
    await page.getByText("does not answer").waitFor();
    for (const path of ["/", "/wall", "/hosts", "/agents/build1/reviewer"])
      for (const width of /** @type {(keyof typeof widths)[]} */ (Object.keys(widths)))
        for (const look of looks) {
          await page.emulateMedia({ colorScheme: look });
          await shoot(page, ui, path, `hosts${path.replaceAll(/[^a-z]+/g, "-")}-${width}-${look}`, width);
        }
    await page.context().close();
    await ui.end();
  }

  /**
   * Applies a team, edits its file if asked for, and serves its page.
   *
   * @param {number} size
   * @param {boolean} isEdited
   */
  async function begin(size, isEdited) {
    await box.declare(teamOf(size));
    const { code, stderr } = await box.run(["fleet", "apply", "--yes", "--allow-remove-all"]);
    if (code !== 0) process.stderr.write(stderr);
    if (isEdited) await box.declare(teamOf(size, true));
    return box.serve();
  }

  /**
   * Opens a browser context that is logged in.
   *
   * @param {string} url
   */
  async function logIn(url) {
    const context = await browser.newContext({ reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(url);
    await page.locator("[role=row][data-name], .empty h2").first().waitFor();
    return page;
  }

  /**
   * Takes one picture, as soon as the page shows what it has to show.
   *
   * @param {Page} page
   * @param {Served | undefined} ui Undefined to leave the page as it is.
   * @param {string} path
   * @param {string} name
   * @param {keyof typeof widths} width
   * @param {"png" | "webp"} [kind]
   */
  async function shoot(page, ui, path, name, width, kind = "png") {
    const [wide, high] = widths[width];
    await page.setViewportSize({ width: wide ?? 0, height: high ?? 0 });
    if (ui !== undefined && page.url() !== ui.origin + path) await page.goto(ui.origin + path);
    await page.locator("main > *").first().waitFor({ state: "attached" });
    await page.getByText("Looking at the fleet").waitFor({ state: "detached" });
    await page.locator(".asking").first().waitFor({ state: "detached" });
    const hasPictures = path.startsWith("/wall") && (await page.locator(".card pre").count()) > 0;
    if (hasPictures && ui !== undefined && !(await page.locator(".empty").isVisible()))
      await page.locator(".card pre:not(:empty)").first().waitFor();
    await page.waitForTimeout(ui === undefined ? 100 : path.startsWith("/wall") ? 2_500 : 400);
    if (kind === "png") return keep(`${name}.png`, await page.screenshot({ scale: "css" }));
    // Playwright takes no WebP, which has a third of the size.
    const session = await page.context().newCDPSession(page);
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 85 });
    await session.detach();
    return keep(`${name}.webp`, Buffer.from(data, "base64"));
  }
}
