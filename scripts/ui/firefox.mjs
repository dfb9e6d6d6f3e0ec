// npm run firefox: uses the page of a real fleet in Debian's Firefox: login, table, map, filter, plan, wall, terminal, typing
// and a prompt. With --pictures FOLDER, keeps a picture of each place.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setup } from "../setup.mjs";
import { openFirefox } from "./bidi.mjs";
import { openBox } from "./box.mjs";
import { teamOf } from "./fleet.mjs";

const { values } = parseArgs({ options: { pictures: { type: "string" } } });
const enter = "\uE007";

setup();
const box = await openBox();
const firefox = await openFirefox();
try {
  await box.declare(teamOf(40));
  const { code, stderr } = await box.run(["fleet", "apply", "--yes"]);
  if (code !== 0) process.stderr.write(stderr);
  await box.declare(teamOf(40, true));
  const ui = await box.serve("--control");
  await use(ui.url, ui.origin);
  await ui.end();
} finally {
  await firefox.close();
  await box.run(["fleet", "destroy", "--yes"]);
  await box.close();
}

/**
 * Uses each place of the page.
 *
 * @param {string} url
 * @param {string} origin
 */
async function use(url, origin) {
  await firefox.resize(1280, 800);
  await firefox.goto(url);
  await firefox.until("the table after the login", rowsAre(41));
  await firefox.until("a map of all agents", "document.querySelectorAll('.tiles .tile').length === 41");
  await keep("agents");
  await firefox.press("/team=review");
  await firefox.until("a filter by keyboard", rowsAre(3));
  await firefox.press(`${enter}p`);
  await firefox.until("the plan", "document.querySelector('.summary')?.textContent.includes('restart')");
  await keep("plan");
  await firefox.press("w");
  await firefox.until("screens on the wall", "document.querySelector('.card pre')?.textContent.length > 40");
  await keep("wall");
  await firefox.goto(`${origin}/agents/scribe?tab=terminal`);
  await firefox.until("a terminal", shows("Done."));
  await click("Type…");
  await firefox.until("typing", "document.querySelector('.screen.typing')");
  await firefox.press("hello from Firefox");
  await firefox.until("its keys on the screen of the agent", shows("hello from Firefox"));
  await keep("terminal");
  await firefox.goto(`${origin}/agents/planner`);
  await firefox.until("an agent", "document.querySelector('h1')?.textContent === 'planner'");
  await click("Prompt…");
  await firefox.until("the focus in the text", "document.activeElement?.matches('dialog textarea')");
  await firefox.press("summarize your work");
  await click("Send to planner");
  await firefox.until(
    "its result",
    "document.querySelector('dialog[open]')?.textContent.includes('Delivered to ')",
  );
  await firefox.goto(`${origin}/`);
  for (const width of [390, 2560]) {
    await firefox.resize(width, 844);
    await firefox.until(`no excess at ${width} pixels`, "document.documentElement.scrollWidth <= innerWidth");
    await keep(`agents-${width}`);
  }
  if (firefox.complaints.length > 0) throw new Error(`complaints:\n${firefox.complaints.join("\n")}`);
  console.log("Firefox has no complaint");
}

/**
 * Returns an expression for a number of rows.
 *
 * @param {number} count
 */
function rowsAre(count) {
  return `document.querySelectorAll('[role=row][data-name]').length === ${count}`;
}

/**
 * Returns an expression for a text in the terminal.
 *
 * @param {string} text
 */
function shows(text) {
  return `document.querySelector('.xterm-rows')?.textContent.includes(${JSON.stringify(text)})`;
}

/**
 * Clicks a button as soon as it is there.
 *
 * @param {string} text
 */
async function click(text) {
  const button = `[...document.querySelectorAll('button')].find((each) => each.textContent.trim() === ${JSON.stringify(text)} && !each.disabled)`;
  await firefox.until(`the button ${text}`, button);
  await firefox.evaluate(`${button}.click()`);
}

/**
 * Keeps a picture of the page.
 *
 * @param {string} name
 */
async function keep(name) {
  if (values.pictures === undefined) return;
  mkdirSync(values.pictures, { recursive: true });
  writeFileSync(join(values.pictures, `firefox-${name}.png`), await firefox.picture());
}
