import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declare, tmux } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { browserPath, closeBrowser, openContext, openPage } from "../../support/ui/browser.ts";
import { editedAgents, pageAgents, pageRig } from "../../support/ui/page-rig.ts";
import { changesTheFleet } from "./control.ts";
import { looksRight } from "./page-looks.ts";
import { comesBack } from "./page-losses.ts";
import { sendsPrompts } from "./prompts.ts";
import { scrollTerminal } from "./scroll-terminal.ts";
import { typesToAgents } from "./typing.ts";
import { showsFurtherPlaces } from "./wall.ts";

if (browserPath === undefined)
  console.log("chromium is not here: the tests of the page in a browser are left out");

// All use one browser, so they are in one file.
afterAll(closeBrowser);
changesTheFleet();
sendsPrompts();
typesToAgents();
showsFurtherPlaces();

describe.skipIf(browserPath === undefined)("the page of fleet ui", () => {
  const box = useSandbox();
  const rig = pageRig(box);
  const { at, names, rows } = rig;
  let page: Page;
  const focusOn = (name: string) =>
    until(`${name} has the focus`, async () => {
      const focused = await page.evaluate<string>("document.activeElement?.textContent ?? ''");
      if (focused !== name) throw new Error(`it is on ${focused}`);
      return true;
    });

  beforeAll(async () => {
    page = await rig.begin();
  });
  afterAll(() => rig.end());

  it("logs in by its link once, hides the token, and stays logged in after a reload", async () => {
    expect(page.url()).toBe(at("/"));
    expect(await page.evaluate<string>("document.cookie")).toBe("");
    await page.reload();
    await rows().first().waitFor();
    const other = await openPage(await openContext());
    await other.page.goto(rig.ui.url);
    await other.page.getByText("This link was used before").waitFor();
    expect(await other.page.getByText("fleet ui", { exact: true }).count()).toBe(1);
    await other.page.context().close();
  });

  it("shows all agents with those first that need somebody, in natural order", async () => {
    await until("broken has failed", async () =>
      (await rows().first().textContent())?.includes("failed (3)"),
    );
    expect((await names()).slice(0, 4)).toEqual(["broken", "coder-1", "coder-2", "coder-3"]);
    expect(await names()).toHaveLength(13);
    expect(await page.title()).toBe("mosaic");
  });

  it("draws what happens to an agent at once", async () => {
    await box.sh("systemctl --user stop mosaic-agent@coder-3.service");
    await page.locator('[data-name="coder-3"]', { hasText: "stopped" }).waitFor();
    await box.sh("systemctl --user start mosaic-agent@coder-3.service");
    await page.locator('[data-name="coder-3"]', { hasText: "running" }).waitFor();
  });

  it("puts agents in groups, which fold, and keeps that in the address and the browser", async () => {
    await page.getByRole("combobox", { name: "Group by" }).selectOption("label team");
    const core = page.getByRole("rowgroup", { name: "core" });
    const fold = core.getByRole("button", { name: "core 11" });
    expect(page.url()).toContain("?by=label.team");
    await until("the group has its agents", async () => (await core.locator("[data-name]").count()) === 11);
    await fold.click();
    await until("only the others are left", async () => (await names()).length === 2);
    await page.reload();
    await until("it is still folded", async () => (await names()).length === 2);
    await fold.click();
    await until("all are there", async () => (await names()).length === 13);
    await page.goBack();
    await page.getByRole("rowgroup", { name: "Failed" }).waitFor();
  });

  it("sorts by a column, forth and back, and keeps that in the address", async () => {
    const head = page.getByRole("columnheader", { name: "Agent" });
    const order = (wanted: string) =>
      until(
        `the agents are in ${wanted} order`,
        async () => (await head.getAttribute("aria-sort")) === wanted,
      );
    await head.getByRole("button").press("Enter");
    await order("ascending");
    const up = await names();
    expect([up[0], up[2], up[10], up.length]).toEqual(["broken", "coder-2", "coder-10", 13]);
    await head.getByRole("button").press("Enter");
    await order("descending");
    await page.reload();
    await order("descending");
    expect(await names()).toEqual(up.toReversed());
    await head.getByRole("button").press("Enter");
    await page.getByRole("rowgroup", { name: "Failed" }).waitFor();
    expect(page.url()).toBe(at("/"));
  });

  it("is used by keyboard alone: filter, move, open, parts, back, help", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("team=core r-1");
    await until("the filter holds", async () => (await names()).join() === "coder-1,coder-10,coder-11");
    await until("the address has it", async () => page.url().includes("?q=team%3Dcore+r-1"));
    await page.keyboard.press("Enter");
    await focusOn("coder-1");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await focusOn("coder-10");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "coder-10" }).waitFor();
    await page.getByRole("region", { name: "Output of coder-10" }).getByText("up").waitFor();
    await page.keyboard.press("]");
    await page.getByRole("tab", { name: "Terminal", selected: true }).waitFor();
    await page.keyboard.press("]");
    await page.getByRole("tab", { name: "Why", selected: true }).waitFor();
    await page.getByText("nothing to do").waitFor();
    await page.goBack();
    await page.goBack();
    await page.goBack();
    await until("the filter is there again", async () => (await names()).length === 3);
    await page.keyboard.press("Escape");
    await until("all are there again", async () => (await names()).length === 13);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  it("shows the terminal of an agent, with its colors, and ends it with its tab", async () => {
    // Its library comes before somebody asks for it.
    const library = page.waitForRequest(/\/terminal\.js$/);
    await page.goto(at("/agents/reviewer"));
    await library;
    await page.getByRole("tab", { name: "Terminal" }).click();
    const screen = page.locator(".xterm-rows > div");
    await screen.filter({ hasText: "up" }).waitFor();
    const tty = (await tmux(box, "display-message", "-p", "-t", "=reviewer:", "#{pane_tty}")).trim();
    await box.sh(`printf '\\033[38;2;10;200;30mgreen\\033[0m \\033[6n\\033[c' >${tty}`);
    const green = screen.locator("span", { hasText: "green" });
    await green.waitFor();
    const color = await page.evaluate<string>(
      "getComputedStyle([...document.querySelectorAll('.xterm-rows span')].find((span) => span.textContent === 'green')).color",
    );
    expect(color).toBe("rgb(10, 200, 30)");
    const piped = () => tmux(box, "display-message", "-p", "-t", "=reviewer:", "#{pane_pipe}");
    expect(await piped()).toBe("1\n");
    await scrollTerminal(page, box, tty);
    await page.getByRole("tab", { name: "Output" }).click();
    await page.getByRole("region", { name: "Output of reviewer" }).waitFor();
    await until("the pipe is gone", async () => (await piped()) === "0\n");
  });

  it("shows the plan with its interruption and its diffs, without secrets, and when it is old", async () => {
    await declare(box, { agents: editedAgents });
    await page.goto(at("/"));
    await rows().first().waitFor();
    await page.keyboard.press("p");
    await page.getByText("Interrupts the work of 1 agent.").waitFor();
    const change = page.locator(".change", { hasText: "reviewer will be restarted" });
    await change.locator("summary").click();
    await change.getByText("+MODEL=haiku").waitFor();
    expect(await page.content()).not.toMatch(/hunter2-hunter2|correct-horse-2/);
    await declare(box, { agents: pageAgents });
    await page.getByText("The fleet has changed since this plan was made.").waitFor();
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByText("Interrupts no agent.").waitFor();
  });

  it("opens an agent by its link, with each of its parts", async () => {
    await declare(box, { agents: editedAgents });
    await page.goto(at("/agents/reviewer?tab=why"));
    await page.getByText("will be restarted, which interrupts its work").waitFor();
    expect(await page.locator(".source code").allTextContents()).toContain("MODEL: haiku");
    await page.getByRole("tab", { name: "Changes" }).click();
    await page.getByText("-MODEL=opus").waitFor();
    await page.getByRole("tab", { name: "Journal" }).click();
    await page.getByText("Its unit has written nothing").waitFor();
    await page.getByRole("tab", { name: "Events" }).click();
    await page.locator(".events li").first().waitFor();
    await rig.visit("/agents/broken?tab=journal");
    await page.getByRole("region", { name: "Journal of broken" }).getByText("exit status 3").waitFor();
    await rig.visit("/agents/nobody");
    await page.getByText("There is no agent nobody").waitFor();
    await rig.visit("/plans");
    await page.getByText("There is no such place").waitFor();
    await page.keyboard.press("w");
    // An agent whose screen no other test fills.
    await page.locator('.card[data-name="coder-1"] pre', { hasText: "up" }).waitFor();
    await declare(box, { agents: pageAgents });
  });

  looksRight(rig);
  comesBack(rig);

  it("keeps to its content policy, and has no errors", () => {
    expect(rig.complaints).toEqual([]);
  });
});
