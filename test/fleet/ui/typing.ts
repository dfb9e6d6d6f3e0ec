import { createHash } from "node:crypto";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, plan, tmux } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { browserPath, openContext, openPage, visit } from "../../support/ui/browser.ts";
import {
  logIn,
  openPageSocket,
  openSocket,
  serveUi,
  type PageSocket,
  type UiServed,
} from "../../support/ui/serve-ui.ts";
import { typeAtOnce } from "../../support/ui/type-at-once.ts";

const reader = { command: "exec cat", onChange: "when-idle", idleAfter: "0s" };
/** A program that reads a long paste whole, in raw mode, and ends. */
const sponge = {
  command: `stty raw -echo; printf '\\033[?2004h'; dd of=$HOME/sponge bs=700012 count=1 status=none iflag=fullblock; exit 3`,
  restart: { policy: "no" },
};
/** A program that keeps everything that it gets, in raw mode: nothing depends on the echo of its terminal. */
const recorder = {
  command: `stty raw -echo; printf '\\033[?2004h'; exec cat >$HOME/recorded`,
};
const agents = { reader, other: reader, sponge, recorder };

/** Adds the tests of typing on the page. */
export function typesToAgents(): void {
  describe("typing on the page of fleet ui", () => {
    const box = useSandbox();
    let ui: UiServed;
    let page: PageSocket;

    const screen = (agent: string) => tmux(box, "capture-pane", "-p", "-t", `=${agent}:`);
    const shows = (agent: string, text: string) =>
      until(`${agent} shows ${text}`, async () => (await screen(agent)).includes(text));
    const open = async (): Promise<PageSocket> => {
      const socket = await openSocket(ui.origin, await logIn(ui));
      if (typeof socket === "number") throw new Error(`no socket: ${socket}`);
      await socket.hears("state");
      return socket;
    };
    /** Returns a further link: each works once. */
    const anotherLink = async () =>
      (JSON.parse((await box.run(["fleet", "ui", "--json"])).stdout) as { readonly url: string }).url;
    let asked = 0;
    const typing = async (on: boolean) => {
      // The server answers in order: then no answer to earlier keys is left.
      asked += 1;
      const nobody = `nobody-${asked}`;
      page.tell({ t: "keys", agent: nobody, text: "x" });
      await page.hears("typing", (each) => each.agent === nobody);
      const before = page.messages.length;
      page.tell({ t: "typing", agent: "reader", on });
      return answer(before);
    };
    const answer = (before: number) =>
      until("the answer comes", async () => page.messages.slice(before).find((each) => each.t === "typing"));
    const untyped = "other \nreader \nrecorder \nsponge \n";
    const marks = () => tmux(box, "list-panes", "-a", "-F", "#{session_name} #{?@mosaic_typing,typed,}");

    beforeAll(async () => {
      await declare(box, { agents });
      await fleet(box, "apply", "--yes");
    });

    it("reaches nobody without --control", async () => {
      ui = await serveUi(box);
      page = await open();
      expect(await typing(true)).toMatchObject({ on: false, reason: "only-shows" });
      page.tell({ t: "keys", agent: "reader", text: "no" });
      page.tell({ t: "paste", agent: "reader", text: "no" });
      await until(
        "all are refused",
        async () =>
          page.messages.filter((each) => each.t === "typing" && each.agent === "reader").length === 3,
      );
      expect((await screen("reader")).trim()).toBe("");
      await ui.end();
      ui = await serveUi(box, "--control");
      page = await open();
    });

    it("gives keys and pastes to the agent in their order, and only while it is on", async () => {
      const recorded = () => box.sh("cat ~/recorded");
      await until("it records", async () => (await box.sh("ls ~")).includes("recorded"));
      page.tell({ t: "keys", agent: "recorder", text: "before" });
      await page.hears("typing", (each) => each.agent === "recorder" && !each.on);
      page.tell({ t: "typing", agent: "recorder", on: true });
      await page.hears("typing", (each) => each.agent === "recorder" && each.on);
      const typed = "häl ✓; 'x' $(y)\r";
      for (const letter of typed) page.tell({ t: "keys", agent: "recorder", text: letter });
      page.tell({ t: "paste", agent: "recorder", text: "pasted\u001B[201~ text\nand more" });
      page.tell({ t: "keys", agent: "recorder", text: "\r" });
      page.tell({ t: "typing", agent: "recorder", on: false });
      page.tell({ t: "keys", agent: "recorder", text: "after" });
      const whole = `${typed}\u001B[200~pasted[201~ text\nand more\u001B[201~\r`;
      await until("everything has arrived", async () => {
        const text = await recorded();
        if (text !== whole) throw new Error(JSON.stringify(text));
        return true;
      });
      await until("nobody types", async () => (await marks()) === untyped);
      expect(await recorded()).toBe(whole);
      expect((await screen("other")).trim()).toBe("");
    });

    it("takes the keys of two pages at once, and counts until the last one ends", async () => {
      const second = await openPageSocket(ui.origin, await logIn({ ...ui, url: await anotherLink() }));
      second.tell({ t: "typing", agent: "other", on: true });
      await second.hears("typing", (each) => each.on);
      page.tell({ t: "typing", agent: "other", on: true });
      await page.hears("typing", (each) => each.agent === "other" && each.on);
      for (let n = 0; n < 20; n += 1) {
        page.tell({ t: "keys", agent: "other", text: "a" });
        second.tell({ t: "keys", agent: "other", text: "b" });
      }
      const typed = await until("all keys are there", async () => {
        const row = (await screen("other")).trim();
        return row.length === 40 ? row : undefined;
      });
      expect(typed.replaceAll("b", "")).toHaveLength(20);
      const before = page.messages.length;
      page.tell({ t: "typing", agent: "other", on: false });
      await answer(before);
      expect(await marks()).toContain("other typed");
      second.tell({ t: "keys", agent: "other", text: "\u0015" });
      second.close();
      await until("nobody types", async () => (await marks()).includes("other \n"));
      await until("the line is gone", async () => (await screen("other")).trim() === "");
    });

    it("counts as attached as long as it is on, so when-idle waits", async () => {
      expect(await typing(true)).toMatchObject({ on: true });
      await declare(box, { agents: { ...agents, reader: { ...reader, env: { MODEL: "new" } } } });
      const pending = await plan(box);
      expect(pending.summary).toMatchObject({ restart: 0, pending: 1 });
      expect(pending.agents.find(({ name }) => name === "reader")).toMatchObject({
        atStake: { attached: 1 },
      });
      expect(await typing(false)).toMatchObject({ on: false, reason: null });
      // Somebody who only looks holds up nothing.
      page.tell({ t: "open", channel: 1, agent: "reader" });
      await page.hears("terminal", ({ terminal }) => terminal.kind === "stream");
      await until("nothing holds it any more", async () => (await plan(box)).summary.restart === 1);
      expect(await marks()).toBe(untyped);
      page.tell({ t: "close", channel: 1 });
      // A mark whose server was killed counts for a while only.
      await tmux(box, "set-option", "-p", "-t", "=reader:", "@mosaic_typing", "1000000000");
      expect((await plan(box)).summary.restart).toBe(1);
    });

    it("stops at copy mode and at a restart, and gives the new process nothing", async () => {
      expect(await typing(true)).toMatchObject({ on: true });
      await tmux(box, "copy-mode", "-t", "=reader:");
      const before = page.messages.length;
      page.tell({ t: "keys", agent: "reader", text: "q" });
      page.tell({ t: "keys", agent: "reader", text: "x" });
      expect(await answer(before)).toMatchObject({ on: false, reason: "mode" });
      expect(await tmux(box, "display-message", "-p", "-t", "=reader:", "#{pane_in_mode}")).toBe("1\n");
      expect(await typing(true)).toMatchObject({ on: false, reason: "mode" });
      await tmux(box, "copy-mode", "-q", "-t", "=reader:");
      expect(await typing(true)).toMatchObject({ on: true });
      await box.sh("systemctl --user restart mosaic-agent@reader.service");
      const after = page.messages.length;
      page.tell({ t: "keys", agent: "reader", text: "lost" });
      expect(await answer(after)).toMatchObject({ on: false, reason: "restarted" });
      expect(await screen("reader")).not.toContain("lost");
    });

    /** Uses the bar of keys, the clipboard and the mouse of a narrow page on which somebody types to `other`. */
    const useBarAndMouse = async (tab: Page) => {
      await tab.setViewportSize({ width: 390, height: 844 });
      const press = (name: string) =>
        tab.getByRole("toolbar", { name: "Keys" }).getByRole("button", { name });
      await press("Up").click();
      await press("Esc").click();
      await shows("other", "^[[A^[");
      // The keyboard of a phone leaves half of the window.
      await tab.setViewportSize({ width: 390, height: 430 });
      const cursor = tab.locator(".xterm-helper-textarea");
      const bar = tab.getByRole("toolbar", { name: "Keys" });
      await until("the line with the cursor is above the bar", async () => {
        const [line, below] = await Promise.all([cursor.boundingBox(), bar.boundingBox()]);
        if (line === null || below === null) return false;
        return line.y > 100 && line.y + line.height <= below.y && below.y + below.height <= 430;
      });
      await press("Ctrl").click();
      await tab.keyboard.type("u");
      await until("the line is gone", async () => !(await screen("other")).includes("^[[A"));
      await tab.evaluate(() => {
        const data = new DataTransfer();
        data.setData("text/plain", "from the clipboard");
        const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
        document.querySelector(".xterm-helper-textarea")?.dispatchEvent(paste);
      });
      await shows("other", "from the clipboard");
      const cells = tab.locator(".xterm-screen");
      await cells.click({ position: { x: 20, y: 20 } });
      const tty = (await tmux(box, "display-message", "-p", "-t", "=other:", "#{pane_tty}")).trim();
      await box.sh(`printf 'mouse\\033[?1000h\\033[?1006h' >${tty}`);
      await tab.locator(".xterm-rows", { hasText: "mouse" }).waitFor();
      await cells.click({ position: { x: 20, y: 20 } });
      await shows("other", "mouse^[[<0;");
      await tab.getByRole("button", { name: "Stop typing" }).click();
      await tab.getByRole("button", { name: "Type…" }).waitFor();
      const before = await screen("other");
      await cells.click({ position: { x: 20, y: 20 } });
      await tab.setViewportSize({ width: 1280, height: 800 });
      return before;
    };

    it.skipIf(browserPath === undefined)("is a mode of the terminal with a key to leave", async () => {
      const context = await openContext({ reducedMotion: "reduce" });
      try {
        const { complaints, page: tab } = await openPage(context);
        await tab.goto(await anotherLink());
        await tab.locator("[data-name]").first().waitFor();
        await visit(tab, "/agents/other?tab=terminal");
        await tab.getByRole("button", { name: "Type…" }).waitFor();
        await tab.keyboard.type("p");
        await tab.waitForURL("**/plan");
        await visit(tab, "/agents/other?tab=terminal");
        await tab.getByRole("button", { name: "Type…" }).waitFor();
        await typeAtOnce(tab, "/agents/other?tab=terminal");
        await tab.getByText("Your keys go to the agent.").waitFor();
        await tab.keyboard.type("jk? from the page");
        await tab.keyboard.press("Enter");
        await shows("other", "jk? from the page\njk? from the page\n");
        const before = await useBarAndMouse(tab);
        await tab.getByRole("button", { name: "Type…" }).click();
        await tab.getByText("Your keys go to the agent.").waitFor();
        await tab.keyboard.press("Control+]");
        await tab.getByRole("button", { name: "Type…" }).waitFor();
        await tab.keyboard.type("zzz");
        await until("nobody types", async () => (await marks()).includes("other \n"));
        expect(await screen("other")).toBe(before);
        expect(complaints).toEqual([]);
      } finally {
        await context.close();
      }
    });

    it("pastes a text that comes in parts as one, and refuses one that is too long", async () => {
      page.tell({ t: "typing", agent: "sponge", on: true });
      await page.hears("typing", (each) => each.agent === "sponge" && each.on);
      const text = "0123456789abcde\n".repeat(43_750);
      for (let from = 0; from < text.length; from += 30_000) {
        const more = from + 30_000 < text.length;
        page.tell({ t: "paste", agent: "sponge", text: text.slice(from, from + 30_000), more });
      }
      const got = await until("it is read whole", async () => {
        const sum = await box.sh("wc -c <~/sponge 2>/dev/null; md5sum <~/sponge");
        return sum.startsWith("700012\n") ? sum : undefined;
      });
      const whole = createHash("md5").update(`\u001B[200~${text}\u001B[201~`).digest("hex");
      expect(got).toContain(whole);
      await until(
        "its command has ended",
        async () => (await tmux(box, "display-message", "-p", "-t", "=sponge:", "#{pane_dead}")) === "1\n",
      );
      const before = page.messages.length;
      page.tell({ t: "keys", agent: "sponge", text: "x" });
      expect(await answer(before)).toMatchObject({ on: false, reason: "ended" });
      page.tell({ t: "open", channel: 2, agent: "sponge" });
      await page.hears("terminal", (each) => each.channel === 2 && each.terminal.reason === "ended");
      page.tell({ t: "close", channel: 2 });
      expect(await typing(true)).toMatchObject({ on: true });
      const since = page.messages.length;
      for (let n = 0; n < 40; n += 1) {
        page.tell({ t: "paste", agent: "reader", text: "x".repeat(30_000), more: true });
      }
      expect(await answer(since)).toMatchObject({ on: false, reason: "too-long" });
      expect(await screen("reader")).not.toContain("xxx");
    });

    it("leaves no mark behind, also of a server that was killed", async () => {
      expect(await typing(true)).toMatchObject({ on: true });
      expect(await marks()).toContain("reader typed");
      await ui.end("KILL");
      ui = await serveUi(box, "--control");
      expect(await marks()).toBe(untyped);
      page = await open();
      expect(await typing(true)).toMatchObject({ on: true });
      expect(await ui.end()).toEqual({ code: 0, stderr: "" });
      expect(await marks()).toBe(untyped);
    });
  });
}
