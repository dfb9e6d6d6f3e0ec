// Takes every page at three widths in both looks, to be looked at.
import { hostsFleet, teamOf } from "./fleet.mjs";
import { looks, resize, turnTo, widths } from "./studio.mjs";

/** @typedef {import("./studio.mjs").Page} Page */
/** @typedef {import("./studio.mjs").Served} Served */
/** @typedef {import("./studio.mjs").Studio} Studio */
/** @typedef {import("./studio.mjs").Keep} Keep */
/** @typedef {import("./studio.mjs").Width} Width */

const allWidths = /** @type {Width[]} */ (Object.keys(widths));
const narrow = /** @type {const} */ (["phone", "laptop"]);
const tabs = ["", "?tab=terminal", "?tab=why", "?tab=diff", "?tab=journal", "?tab=events"];

/**
 * Takes the pages of fleets of these sizes, also with questions, failing and offline.
 *
 * @param {Studio} studio
 * @param {Keep} keep
 * @param {number[]} sizes
 */
export async function reviewSizes(studio, keep, sizes) {
  for (const size of sizes) {
    const ui = await studio.serveTeam(size, "--control");
    const page = await studio.logIn(ui.url);
    const agent = size === 0 ? undefined : `/agents/${size < 12 ? "coder" : "tester"}`;
    const paths = ["/", "/plan", "/wall", "/graph", "/history", "/hosts"];
    if (agent !== undefined) paths.push(...tabs.map((tab) => agent + tab));
    await takePaths(page, ui, `${size}`, paths, keep);
    if (agent !== undefined) await takeQuestions(page, ui, `${size}`, agent, keep);
    await page.goto(`${ui.origin}/`);
    await studio.box.declare("version: 1\nagents: { coder: { comand: cat } }\n");
    await page.getByRole("alert").first().waitFor();
    await takeWidths(page, `${size}-failing`, narrow, keep);
    await ui.end("KILL");
    await page.getByText("Connection lost.").waitFor();
    await takeWidths(page, `${size}-offline`, narrow, keep);
    await page.context().close();
  }
}

/**
 * Takes the pages with the agents of other machines.
 *
 * @param {Studio} studio
 * @param {Keep} keep
 */
export async function reviewHosts(studio, keep) {
  const { box } = studio;
  await box.declare(teamOf(0));
  await box.run(["fleet", "destroy", "--yes"]);
  await box.declare(hostsFleet());
  await box.run(["fleet", "apply", "--yes", "--host", "build1"]);
  const ui = await box.serve("--host", "all", "--control");
  const page = await studio.logIn(ui.url);
  await page.getByText("does not answer").waitFor();
  const agent = "/agents/build1/reviewer";
  await takePaths(page, ui, "hosts", ["/", "/wall", "/hosts", agent, `${agent}?tab=terminal`], keep);
  await takeSelected(page, ui, "hosts", keep);
  await page.context().close();
  await ui.end();
}

/**
 * Takes paths at all widths in both looks.
 *
 * @param {Page} page
 * @param {Served} ui
 * @param {string} name
 * @param {string[]} paths
 * @param {Keep} keep
 */
async function takePaths(page, ui, name, paths, keep) {
  for (const path of paths)
    for (const width of allWidths)
      for (const look of looks) {
        await page.emulateMedia({ colorScheme: look });
        await turnTo(page, ui, path, width);
        keep(
          `${name}${path.replaceAll(/[^a-z]+/g, "-")}-${width}-${look}.png`,
          await page.screenshot({ scale: "css" }),
        );
      }
}

/**
 * Takes the questions before changes and prompts, and the keys.
 *
 * @param {Page} page
 * @param {Served} ui
 * @param {string} name
 * @param {string} agent
 * @param {Keep} keep
 */
async function takeQuestions(page, ui, name, agent, keep) {
  for (const [path, button] of /** @type {const} */ ([
    ["/plan", "Apply…"],
    [agent, "Restart…"],
    [agent, "Prompt…"],
  ])) {
    await turnTo(page, ui, path, "laptop");
    const asks = page.getByRole("button", { name: button }).first();
    // A plan without changes asks nothing.
    if ((await asks.count()) === 0) continue;
    await asks.click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await dialog.getByText("Making the plan…").waitFor({ state: "detached" });
    const verb = button.slice(0, -1).toLowerCase();
    await takeWidths(page, `${name}-question-${verb}`, narrow, keep);
    await dialog.getByRole("button", { name: "Cancel" }).click();
  }
  await takeSelected(page, ui, name, keep);
  await page.keyboard.press("?");
  await takeWidths(page, `${name}-keys`, narrow, keep);
  await page.keyboard.press("Escape");
}

/**
 * Takes the agents with the first one selected.
 *
 * @param {Page} page
 * @param {Served} ui
 * @param {string} name
 * @param {Keep} keep
 */
async function takeSelected(page, ui, name, keep) {
  await turnTo(page, ui, "/", "laptop");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await takeWidths(page, `${name}-selected`, narrow, keep);
}

/**
 * Takes a page as it is.
 *
 * @param {Page} page
 * @param {string} name
 * @param {readonly Width[]} some
 * @param {Keep} keep
 */
async function takeWidths(page, name, some, keep) {
  for (const width of some)
    for (const look of looks) {
      await page.emulateMedia({ colorScheme: look });
      await resize(page, width);
      await page.waitForTimeout(200);
      keep(`${name}-${width}-${look}.png`, await page.screenshot({ scale: "css" }));
    }
}
