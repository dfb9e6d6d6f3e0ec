import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, tmux, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { faultsOf } from "../../support/ui/axe-faults.ts";
import { browserPath, openContext, openPage } from "../../support/ui/browser.ts";
import { logIn, openSocket, serveUi, type PageSocket, type UiServed } from "../../support/ui/serve-ui.ts";

const agents = {
  reader: { command: "exec cat", replicas: 3 },
  down: { command: waits, state: "stopped" },
};

/** Adds the tests of prompts from the page. */
export function sendsPrompts(): void {
  describe("a prompt from the page of fleet ui", () => {
    const box = useSandbox();
    let ui: UiServed;
    let page: PageSocket;
    let context: BrowserContext | undefined;

    const screen = (agent: string) => tmux(box, "capture-pane", "-p", "-t", `=${agent}:`);
    /** Waits until an agent shows all of the texts: the terminal shows input a moment after tmux has it. */
    const shows = (agent: string, ...texts: readonly string[]) =>
      until(`${agent} shows ${texts.join(" and ")}`, async () => {
        const shown = await screen(agent);
        return texts.every((text) => shown.includes(text));
      });
    const send = async (id: number, to: readonly string[], text: string, on = page) => {
      on.tell({ t: "send", id, agents: to, text });
      await on.hears("sent", (each) => each.id === id && each.isDone);
      const sent = on.messages.flatMap((each) => (each.t === "sent" && each.id === id ? [each.sent] : []));
      return {
        deliveries: sent
          .flatMap(({ deliveries }) => deliveries)
          .toSorted((a, b) => a.agent.localeCompare(b.agent)),
        problems: sent.flatMap(({ problems }) => problems),
      };
    };
    const open = async (): Promise<PageSocket> => {
      const socket = await openSocket(ui.origin, await logIn(ui));
      if (typeof socket === "number") throw new Error(`no socket: ${socket}`);
      return socket;
    };

    beforeAll(async () => {
      await declare(box, { agents });
      await fleet(box, "apply", "--yes");
    });
    afterAll(() => context?.close());

    it("reaches nobody without --control", async () => {
      ui = await serveUi(box);
      page = await open();
      expect(await send(1, ["reader-1"], "not for you")).toMatchObject({
        deliveries: [],
        problems: [{ summary: "this page only shows" }],
      });
      expect(await screen("reader-1")).not.toContain("not for you");
      await ui.end();
      ui = await serveUi(box, "--control");
      page = await open();
    });

    it("arrives as it is, with a result for each agent", async () => {
      const text = "two lines: $(touch ~/harm) `x` ; 'quoted'\n--force -- %1 #{pane_id} ✓";
      const { deliveries, problems } = await send(2, ["reader-1", "reader-2", "down"], text);
      expect(problems).toEqual([]);
      expect(deliveries.map(({ agent, verdict }) => `${agent} ${verdict}`)).toEqual([
        "down not-delivered",
        "reader-1 delivered",
        "reader-2 delivered",
      ]);
      expect(deliveries[0]?.message).toContain("does not run");
      for (const agent of ["reader-1", "reader-2"]) await shows(agent, ...text.split("\n"));
      expect(await screen("reader-3")).not.toContain("two lines");
      expect((await box.run(["test", "-e", `${box.home}/harm`])).code).toBe(1);
      expect((await box.sh("ls -A $XDG_RUNTIME_DIR/mosaic-fleet/mosaic.ui")).trim()).toBe("");
    });

    it("is refused with its reason if it is no message, names nobody, or is too long", async () => {
      expect((await send(3, ["nobody"], "hello")).problems).toEqual([
        expect.objectContaining({ summary: expect.stringContaining("nobody") as string }),
      ]);
      for (const wrong of [
        { t: "send", id: 4, agents: [], text: "x" },
        { t: "send", id: 4, agents: ["--all"], text: "x" },
        { t: "send", id: 4, agents: ["reader-1"], text: "x".repeat(32_001) },
        { t: "send", id: 4, agents: ["reader-1"] },
      ]) {
        page.sendText(JSON.stringify(wrong));
      }
      expect((await send(5, ["reader-3"], "the last one")).deliveries).toHaveLength(1);
      expect(page.messages.some((each) => each.t === "sent" && each.id === 4)).toBe(false);
    });

    it.skipIf(browserPath === undefined)(
      "is written in the browser, for those against whom nothing speaks",
      async () => {
        context = await openContext({ reducedMotion: "reduce" });
        const { complaints, page: tab } = await openPage(context);
        ui = {
          ...ui,
          url: (JSON.parse((await box.run(["fleet", "ui", "--json"])).stdout) as { readonly url: string })
            .url,
        };
        await tab.goto(ui.url);
        // The table behind it has checkboxes for the same agents.
        const dialog = tab.getByRole("dialog", { name: "Prompt 4 agents" });
        await until("reader-3 is quiet", async () => {
          await tab.getByRole("button", { name: "Prompt these 4…" }).click();
          const box3 = dialog.getByRole("checkbox", { name: "reader-3" });
          await box3.waitFor();
          if (await box3.isChecked()) return true;
          await dialog.getByRole("button", { name: "Cancel" }).click();
          return undefined;
        });
        expect(await dialog.getByRole("checkbox", { name: "down" }).isDisabled()).toBe(true);
        await dialog.getByRole("checkbox", { name: "reader-1" }).setChecked(false);
        await dialog.getByRole("checkbox", { name: "reader-2" }).setChecked(true);
        await dialog.getByRole("textbox", { name: "Text for the agents" }).fill("from the browser");
        await dialog.getByRole("button", { name: "Send to 2 agents" }).click();
        await dialog.getByText("Delivered to 2 of 2 agents.").waitFor();
        await shows("reader-3", "from the browser");
        expect(await screen("reader-1")).not.toContain("from the browser");
        expect(complaints).toEqual([]);
        expect(await ui.end()).toEqual({ code: 0, stderr: "" });
      },
    );

    it.skipIf(browserPath === undefined)(
      "goes to selected agents of another host, and so does a restart",
      async () => {
        // The machine of the sandbox is the host, reached by a shell in the place of ssh.
        const hosts = { build1: { hostname: "build1.example.org", connect: ["sh", "-c"] } };
        await declare(box, { hosts, defaults: { hosts: "build1" }, agents } as never);
        ui = await serveUi(box, "--control", "--host", "all");
        await context?.close();
        context = await openContext({ reducedMotion: "reduce" });
        const { complaints, page: tab } = await openPage(context);
        await tab.goto(ui.url);
        await tab.getByRole("checkbox", { name: "Select build1/reader-1" }).waitFor();
        for (const key of ["j", "x", "j", "x"]) await tab.keyboard.press(key);
        const bar = tab.getByRole("toolbar", { name: "Change 2 selected agents" });
        await bar.getByRole("button", { name: "Prompt 2…" }).waitFor();
        await tab.keyboard.press("a");
        await tab.keyboard.press("Enter");
        const dialog = tab.getByRole("dialog", { name: "Prompt 2 agents" });
        const text = dialog.getByRole("textbox", { name: "Text for the agents" });
        await text.waitFor();
        await tab.keyboard.type("from the desk");
        for (const name of ["reader-1", "reader-2"])
          await dialog.getByRole("checkbox", { name: `build1/${name}` }).setChecked(true);
        expect(await faultsOf(tab)).toEqual([]);
        await tab.emulateMedia({ colorScheme: "dark" });
        expect(await faultsOf(tab, ["color-contrast"])).toEqual([]);
        await text.press("Control+Enter");
        await dialog.getByText("Delivered to 2 of 2 agents.").waitFor();
        for (const name of ["reader-1", "reader-2"]) await shows(name, "from the desk");
        expect(await screen("reader-3")).not.toContain("from the desk");
        await dialog.getByRole("button", { name: "Close" }).click();
        const pids = () => tmux(box, "list-panes", "-a", "-F", "#{session_name} #{pane_pid}");
        const before = await pids();
        await bar.getByRole("button", { name: "Restart 2…" }).click();
        const question = tab.getByRole("dialog", { name: "Restart build1/reader-1, build1/reader-2" });
        await question
          .getByRole("region", { name: "build1" })
          .getByText("Interrupts the work of 2 agents.")
          .waitFor();
        await question.getByRole("button", { name: "Restart", exact: true }).click();
        await question.getByText("Done.").waitFor();
        const after = (await pids()).split("\n");
        const kept = before.split("\n").filter((line) => line !== "" && after.includes(line));
        expect(kept.map((line) => line.split(" ")[0])).not.toContain("reader-1");
        expect(kept.map((line) => line.split(" ")[0])).toContain("reader-3");
        expect(complaints).toEqual([]);
        expect(await ui.end()).toEqual({ code: 0, stderr: "" });
      },
    );
  });
}
