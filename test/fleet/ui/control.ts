import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UiChange } from "../../../src/ui/changes/ui-change.ts";
import type { HistoryEntryJson } from "../../../src/report/history/history-output.ts";
import { declare, fleet, plan, tmux, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { faultsOf } from "../../support/ui/axe-faults.ts";
import { changesOf } from "../../support/ui/ask-changes.ts";
import { browserPath, openContext, openPage, visit } from "../../support/ui/browser.ts";
import { logIn, openPageSocket, serveUi, type PageSocket, type UiServed } from "../../support/ui/serve-ui.ts";
import { changeMany, liftGuard, seeWayBack } from "./control-by-hand.ts";

const agents = {
  coder: { command: waits, replicas: 4, onChange: "restart" },
  reviewer: { command: waits, onChange: "when-idle", idleAfter: "1h" },
  guarded: { command: waits, protect: true },
};
const changed = (model: string) => ({
  agents: { ...agents, coder: { ...agents.coder, env: { MODEL: model } } },
});

/** Adds the tests of changes from the page. */
export function changesTheFleet(): void {
  describe("the page of fleet ui --control", () => {
    const box = useSandbox();
    let ui: UiServed;
    let page: PageSocket;
    let context: BrowserContext | undefined;

    const open = async (served: UiServed): Promise<PageSocket> => {
      return openPageSocket(served.origin, await logIn(served));
    };
    const { agree, agreeAgain, ask } = changesOf(() => page);
    const pid = async (agent: string) =>
      (await tmux(box, "display-message", "-p", "-t", `=${agent}:`, "#{pane_pid}")).trim();
    const stateOf = async (agent: string) =>
      (await box.sh(`systemctl --user is-active mosaic-agent@${agent}.service || :`)).trim();

    beforeAll(async () => {
      await declare(box, { agents });
      await fleet(box, "apply", "--yes");
    });
    afterAll(() => context?.close());

    it("changes nothing without --control, whatever a page says", async () => {
      const shows = await serveUi(box);
      const only = await open(shows);
      expect((await only.hears("state")).control).toBe(false);
      const before = await pid("coder-1");
      const asked = await ask({ verb: "restart", agents: ["coder-1"] }, only);
      expect(asked).toMatchObject({ canRun: false, problems: [{ summary: "this page only shows" }] });
      only.tell({ t: "agree", id: asked.id });
      await until(
        "it is refused again",
        async () => only.messages.filter(({ t }) => t === "planned").length === 2,
      );
      const second = await box.run(["fleet", "ui", "--control"]);
      expect([second.code, second.stderr]).toEqual([6, expect.stringContaining("without --control")]);
      expect(await pid("coder-1")).toBe(before);
      await shows.end();
      ui = await serveUi(box, "--control");
      page = await open(ui);
      expect((await page.hears("state")).control).toBe(true);
    });

    it("applies the plan that was shown, says how it goes, and is recorded as a change by the page", async () => {
      await declare(box, changed("one"));
      const { canRun, id, plan: shown } = await ask({ verb: "apply" });
      expect([canRun, shown?.summary.restart, (await plan(box)).summary.restart]).toEqual([true, 4, 4]);
      const { code, said } = await agree(id);
      expect([code, said]).toEqual([0, expect.stringContaining("Apply complete")]);
      expect((await plan(box)).actions).toEqual([]);
      const events = await fleet(box, "events", "-n", "1");
      expect(events.stdout).toMatch(/ apply by \w+ on the page: 4 agents restarted/);
      expect((await fleet(box, "history", "-n", "1")).stdout).toMatch(
        / \w+ on the page +.* 4 agents restarted/,
      );
      expect(await agreeAgain(id)).toMatchObject({ canRun: false });
    });

    it("does nothing if the fleet has changed since its plan", async () => {
      await declare(box, changed("two"));
      const { id } = await ask({ verb: "apply" });
      await declare(box, changed("three"));
      const before = await pid("coder-1");
      expect((await agree(id)).code).toBe(3);
      expect(await pid("coder-1")).toBe(before);
      const { id: restart } = await ask({ verb: "restart", agents: ["coder-1"] });
      await fleet(box, "apply", "--yes");
      const stop = await ask({ verb: "stop", agents: ["coder-2"] });
      await fleet(box, "stop", "coder-2", "--yes");
      expect(await agreeAgain(stop.id)).toMatchObject({
        canRun: false,
        problems: [{ summary: expect.stringContaining("no longer") }],
      });
      // The same restart with other reasons is another plan.
      expect(await agreeAgain(restart)).toMatchObject({ canRun: true });
      expect((await agree(restart)).code).toBe(0);
      await fleet(box, "start", "coder-2", "--yes");
    });

    it("restarts, stops, starts, suspends and resumes single agents", async () => {
      const before = await pid("coder-2");
      const run = async (verb: UiChange["verb"], agent: string) => {
        const asked = await ask({ verb, agents: [agent] });
        expect([verb, asked.canRun]).toEqual([verb, true]);
        return agree(asked.id);
      };
      expect((await run("restart", "coder-1")).code).toBe(0);
      expect((await run("stop", "coder-1")).code).toBe(0);
      expect(await stateOf("coder-1")).toBe("inactive");
      expect((await run("start", "coder-1")).code).toBe(0);
      expect(await stateOf("coder-1")).toBe("active");
      expect((await run("suspend", "coder-1")).code).toBe(0);
      await page.hears("patch", ({ patch }) => patch.agents.some((each) => each.isSuspended === true));
      expect((await run("resume", "coder-1")).code).toBe(0);
      expect(await pid("coder-2")).toBe(before);
    });

    it("restarts a busy agent at once only if that is asked for", async () => {
      await declare(box, {
        agents: {
          ...agents,
          coder: { ...agents.coder, env: { MODEL: "three" } },
          reviewer: { ...agents.reviewer, env: { MODEL: "new" } },
        },
      });
      const waiting = await ask({ verb: "apply" });
      expect(waiting.plan?.summary).toMatchObject({ restart: 0, pending: 1 });
      const now = await ask({ verb: "apply", agents: ["reviewer"], now: true });
      expect(now.plan?.summary).toMatchObject({ restart: 1, pending: 0 });
      expect((await agree(now.id)).code).toBe(0);
    });

    it("lifts a guard only for a change with its flag, and no protection", async () => {
      await declare(box, { agents: { reviewer: { ...agents.reviewer, env: { MODEL: "new" } } } });
      const removal = await ask({ verb: "apply" });
      expect(removal.canRun).toBe(false);
      expect(removal.plan?.refusals).toHaveLength(1);
      expect(await agreeAgain(removal.id)).toMatchObject({ canRun: false });
      const lifted = await ask({ verb: "apply", allow: ["--allow-remove-all"] });
      expect(lifted).toMatchObject({ canRun: true, plan: { refusals: [] } });
      expect(lifted.plan?.agents.find(({ name }) => name === "guarded")?.action).toBe("blocked");
      // Without the flag, the next plan is refused again.
      expect((await ask({ verb: "apply" })).canRun).toBe(false);
      await declare(box, {
        agents: { ...changed("three").agents, reviewer: { ...agents.reviewer, env: { MODEL: "new" } } },
      });
      expect((await agree(lifted.id)).code).toBe(3);
    });

    it("goes back to a state of fleet.yaml, only from the file that the plan was made with", async () => {
      const { stdout } = await fleet(box, "history", "--json");
      const { runs } = JSON.parse(stdout) as { readonly runs: readonly HistoryEntryJson[] };
      const first = runs.at(0)?.id ?? "none";
      await declare(box, changed("three"));
      expect((await agree((await ask({ verb: "apply" })).id)).code).toBe(0);
      const text = () => box.read("~/work/fleet.yaml");
      const before = await text();
      const asked = await ask({ verb: "rollback", revision: first });
      expect(asked).toMatchObject({ canRun: true, warnings: [], plan: { summary: { restart: 4 } } });
      expect(asked.edits?.flatMap(({ diff }) => diff).join("\n")).toContain("-    env:");
      await box.sh("echo '# mine' >>~/work/fleet.yaml");
      expect(await agreeAgain(asked.id)).toMatchObject({
        canRun: true,
        problems: [{ summary: expect.stringContaining("no longer") }],
        warnings: [expect.stringContaining("never applied")],
      });
      expect([await text(), (await plan(box)).actions]).toEqual([`${before}# mine\n`, []]);
      const { code, said } = await agree(asked.id);
      expect([code, said]).toEqual([0, expect.stringContaining(`is as in ${first} again`)]);
      expect(await text()).not.toContain("MODEL: three");
      expect((await fleet(box, "history", "-n", "1")).stdout).toContain(`fleet rollback ${first}`);
      // Only a comment differs: no agent changes, and the file is written.
      const present = await text();
      await box.sh("echo '# mine' >>~/work/fleet.yaml");
      const comment = await ask({ verb: "rollback", revision: first });
      expect(comment).toMatchObject({ canRun: true, plan: { actions: [] } });
      expect((await agree(comment.id)).code).toBe(0);
      expect(await text()).toBe(present);
      const same = await ask({ verb: "rollback", revision: first });
      expect([same.canRun, same.edits]).toEqual([false, []]);
      const unknown = await ask({ verb: "rollback", revision: "00000000" });
      expect(unknown).toMatchObject({ canRun: false, problems: [expect.anything()] });
    });

    it("takes no option for a name, and no other flag", async () => {
      await declare(box, changed("three"));
      const before = page.messages.filter(({ t }) => t === "planned").length;
      for (const name of ["--all", "-y", "a b", "../x", ""]) {
        page.sendText(
          JSON.stringify({
            t: "plan",
            id: 9_999,
            change: { verb: "restart", agents: [name], now: false, allow: [] },
          }),
        );
      }
      page.sendText(
        JSON.stringify({
          t: "plan",
          id: 9_999,
          change: { verb: "apply", agents: [], now: false, allow: ["--yes"] },
        }),
      );
      page.sendText(
        JSON.stringify({
          t: "plan",
          id: 9_999,
          change: { verb: "destroy", agents: [], now: false, allow: [] },
        }),
      );
      const nobody = await ask({ verb: "restart", agents: ["nobody"] });
      expect(nobody).toMatchObject({ canRun: false, problems: [expect.anything()] });
      const all = await ask({ verb: "stop" });
      expect(all.canRun).toBe(false);
      expect(page.messages.filter(({ t }) => t === "planned").length - before).toBe(2);
      expect(await stateOf("guarded")).toBe("active");
    });

    it("ends a change well whose server is killed in that time", async () => {
      await declare(box, {
        agents: {
          ...changed("four").agents,
          slow: { command: `trap '' HUP; ${waits}`, stopTimeout: "3s", onChange: "restart" },
        },
      });
      await fleet(box, "apply", "--yes");
      await declare(box, {
        agents: {
          ...changed("five").agents,
          slow: { command: `trap '' HUP; :; ${waits}`, stopTimeout: "3s", onChange: "restart" },
        },
      });
      const { id } = await ask({ verb: "apply" });
      page.tell({ t: "agree", id });
      await page.hears("output", (each) => each.id === id);
      await ui.end("KILL");
      await until("the apply is recorded", async () =>
        /on the page: 5 agents restarted/.test((await fleet(box, "events", "-n", "1")).stdout),
      );
      expect((await plan(box)).actions).toEqual([]);
      ui = await serveUi(box, "--control");
      expect((await box.sh("ls $XDG_RUNTIME_DIR/mosaic-fleet/mosaic.ui 2>/dev/null || :")).trim()).toBe("");
    });

    it.skipIf(browserPath === undefined)(
      "asks in the browser, with the interruption, and Cancel changes nothing",
      async () => {
        context = await openContext({ reducedMotion: "reduce" });
        const { complaints, page: tab } = await openPage(context);
        await tab.goto(ui.url);
        await tab.locator("[data-name]").first().waitFor();
        const before = await pid("coder-3");
        await visit(tab, "/agents/coder-3");
        await tab.getByRole("button", { name: "Restart…" }).click();
        const dialog = tab.getByRole("dialog", { name: "Restart coder-3" });
        await dialog.getByText("interrupts its work").waitFor();
        await until(
          "Cancel has the focus",
          async () => (await tab.evaluate<string>("document.activeElement?.textContent ?? ''")) === "Cancel",
        );
        expect(await faultsOf(tab)).toEqual([]);
        await tab.keyboard.press("Enter");
        await dialog.waitFor({ state: "detached" });
        expect(await pid("coder-3")).toBe(before);
        await declare(box, changed("six"));
        await visit(tab, "/plan");
        await tab.getByRole("button", { name: "Apply…" }).click();
        const question = tab.getByRole("dialog", { name: "Apply the fleet" });
        await question.getByText("Interrupts the work of 5 agents.").waitFor();
        const go = question.getByRole("button", { name: "Apply", exact: true });
        expect(await go.isDisabled()).toBe(true);
        await question.getByRole("textbox", { name: /Type 5 to interrupt/ }).fill("5");
        await go.click();
        await question.getByText("Done.").waitFor();
        expect(await pid("coder-3")).not.toBe(before);
        await question.getByRole("button", { name: "Close" }).click();
        await changeMany(tab, { pid, stateOf });
        await seeWayBack(tab);
        await declare(box, { agents: { reviewer: agents.reviewer } });
        await liftGuard(tab);
        expect(complaints).toEqual([]);
      },
      150_000,
    );
  });
}
