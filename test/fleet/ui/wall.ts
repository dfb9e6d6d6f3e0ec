import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, tmux, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { faultsOf } from "../../support/ui/axe-faults.ts";
import { browserPath, openContext, openPage, visit, type WatchedPage } from "../../support/ui/browser.ts";
import { logIn, openPageSocket, serveUi, type UiServed } from "../../support/ui/serve-ui.ts";

/** A command that prints a red line, text that looks like markup on a blue ground, and then its input. */
const paints = String.raw`printf '\033[31mred\033[0m\n\033[44m<img src=x onerror=alert(1)>\033[0m\n'; exec cat`;

/** A command that waits with each line of its input as its question. */
const asks = `while read -r line; do "$MOSAIC_AGENT_TOOLS/mosaic-activity" waiting "$line"; done`;
/** A stand-in for the notifications of a browser, which shows none without a screen. */
const noting = `
  globalThis.told = [];
  globalThis.Notification = class extends EventTarget {
    static permission = "default";
    static requestPermission = async () => (Notification.permission = "granted");
    constructor(title, { body, tag }) { super(); told.push([title, body, tag].join("|")); this.close = () => {}; globalThis.last = this; }
  };`;

const file = {
  runtimes: { asks: { preset: "shell", command: asks } },
  agents: {
    asker: { runtime: "asks" },
    coder: { command: waits },
    painter: { command: paints, dependsOn: ["coder"] },
  },
};

/** Adds the tests of the wall, the news and the further places. */
export function showsFurtherPlaces(): void {
  describe("the wall, the news and the further places of fleet ui", () => {
    const box = useSandbox();
    let ui: UiServed;
    let context: BrowserContext | undefined;
    let watched: WatchedPage | undefined;
    let page: Page;

    beforeAll(async () => {
      await declare(box, file);
      await fleet(box, "apply", "--yes");
      // A picture that is taken before the program has printed would be another one.
      for (const [agent, text] of [
        ["coder", "up"],
        ["painter", "<img"],
      ] as const) {
        await until(`${agent} shows ${text}`, async () =>
          (await tmux(box, "capture-pane", "-p", "-t", `=${agent}:`)).includes(text),
        );
      }
      ui = await serveUi(box);
    });
    /** Returns a computed style of the run with a text in the picture of the painter. */
    const styleOf = (text: string, property: string) =>
      page.evaluate<string>(
        `getComputedStyle([...document.querySelectorAll('[data-name=painter] .picture span')].find((each) => each.textContent.includes(${JSON.stringify(text)})))[${JSON.stringify(property)}]`,
      );
    /** Expects no fault that axe finds, no complaint of the browser, and nothing that is wider than a phone. */
    const faults = async () => {
      expect(await faultsOf(page)).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBe(0);
      await page.setViewportSize({ width: 1280, height: 800 });
      expect(watched?.complaints).toEqual([]);
    };
    afterAll(() => context?.close());

    it("sends each picture once, and again only if it has changed", async () => {
      const session = await logIn(ui);
      const socket = await openPageSocket(ui.origin, session);
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
      socket.tell({ t: "find", id: 1, text: "IMG SRC" });
      const { agents, searched } = await socket.hears("found", ({ id }) => id === 1);
      expect(agents).toEqual([{ agent: "painter", lines: ["<img src=x onerror=alert(1)>"] }]);
      expect(searched).toBe(3);
      socket.close();
      await socket.closed;
    });

    it.skipIf(browserPath === undefined)(
      "shows the colours of a screen in light and dark, and never markup",
      async () => {
        context = await openContext({ colorScheme: "light" });
        await context.addInitScript(noting);
        watched = await openPage(context);
        ({ page } = watched);
        const again = JSON.parse((await box.run(["fleet", "ui", "--json"])).stdout) as {
          readonly url: string;
        };
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
        await page.getByRole("searchbox", { name: "Find a text on all screens" }).fill("Img Src");
        await page.getByText("On 1 of 3 screens.").waitFor();
        await page.locator(".card mark", { hasText: "<img src=x" }).waitFor();
        expect(await page.locator(".card").count()).toBe(1);
        expect(watched.complaints).toEqual([]);
      },
    );

    it.skipIf(browserPath === undefined)(
      "tells once that an agent waits: by a notification, the title, the icon and its place",
      async () => {
        const told = () => page.evaluate<readonly string[]>("told");
        await page.getByRole("link", { name: "Agents", exact: true }).click();
        await page.getByRole("button", { name: "notify me" }).click();
        await page.getByRole("button", { name: "notify me", pressed: true }).waitFor();
        await tmux(box, "send-keys", "-t", "=asker:", "which branch?", "Enter");
        const section = page.getByRole("rowgroup", { name: "Needs you" });
        await section.getByText("which branch?").waitFor();
        await until("it is told", async () => (await told()).length > 0);
        expect(await told()).toEqual(["asker waits for you|which branch?|mosaic/asker"]);
        await until("the title says so", async () => (await page.title()) === "(1) mosaic");
        await page.locator("link[rel=icon][href='/icon-you.svg']").waitFor({ state: "attached" });
        await box.sh("systemctl --user stop mosaic-agent@coder.service");
        await page.locator('[data-name="coder"]', { hasText: "stopped" }).waitFor();
        expect(await told()).toHaveLength(1);
        await page.getByRole("link", { name: "1 needs you" }).waitFor();
        await page.keyboard.press("n");
        await page.getByRole("heading", { name: "asker" }).waitFor();
        await page.goBack();
        await section.waitFor();
        await page.evaluate<unknown>("last.dispatchEvent(new Event('click'))");
        await page.getByRole("heading", { name: "asker" }).waitFor();
        await tmux(box, "send-keys", "-t", "=asker:", "which file?", "Enter");
        await page.getByText("which file?").first().waitFor();
        expect(await told()).toHaveLength(1);
        await page.keyboard.press("f");
        await section.getByText("which file?").waitFor();
        await faults();
      },
    );

    it.skipIf(browserPath === undefined)(
      "draws the order of starts, and lists it with the states",
      async () => {
        await page.keyboard.press("g");
        await page.locator(".drawing .node", { hasText: "painter" }).waitFor();
        expect(await page.locator(".drawing .edge").count()).toBe(1);
        const entry = page.locator(".order li", { hasText: "painter" });
        expect(await entry.textContent()).toMatch(/painter running, starts after coder/);
        await faults();
        await entry.getByRole("link").click();
        await page.getByRole("heading", { name: "painter" }).waitFor();
      },
    );

    it.skipIf(browserPath === undefined)(
      "lists what runs have changed, with the difference to now and the way back",
      async () => {
        await declare(box, {
          ...file,
          agents: { ...file.agents, scribe: { command: waits, env: { API_TOKEN: "hunter2-hunter2" } } },
        });
        await fleet(box, "apply", "--yes");
        await page.keyboard.press("h");
        const runs = page.locator(".run");
        await until("the history has two runs", async () => (await runs.count()) === 2);
        expect(await runs.first().textContent()).toMatch(/apply by .*1 added.*the file as it is now/);
        await runs.last().locator("summary").click();
        await runs.last().getByText("-  scribe:").waitFor();
        const id = /[0-9a-f]{8}/.exec((await runs.last().locator(".stake").textContent()) ?? "")?.[0];
        await runs.last().getByText(`fleet rollback ${id}`).waitFor();
        expect(await page.content()).not.toContain("hunter2-hunter2");
        await faults();
      },
    );

    it.skipIf(browserPath === undefined)(
      "names the machines of a fleet with hosts, and knows states of its own alone",
      async () => {
        await visit(page, "/hosts");
        await page.getByText("This fleet has no hosts").waitFor();
        const here = (await box.sh("hostname")).trim();
        const hosts = { desk: { hostname: here }, build1: { labels: { gpu: "yes" } } };
        await declare(box, {
          ...file,
          hosts,
          defaults: { hosts: "desk" },
          agents: { ...file.agents, far: { command: waits, hosts: "build1" } },
        } as never);
        await page.getByText("this machine").waitFor();
        await page.getByRole("link", { name: "Hosts" }).waitFor();
        expect(await page.locator(".fleet").textContent()).toContain("on desk");
        expect(await page.locator(".host", { hasText: "build1" }).textContent()).toMatch(
          /gpu=yes.*1 agent declared, states unknown here: fleet status --host build1.*far/,
        );
        await faults();
        await page.emulateMedia({ colorScheme: "light" });
        expect(await faultsOf(page, ["color-contrast"])).toEqual([]);
      },
    );
  });
}
