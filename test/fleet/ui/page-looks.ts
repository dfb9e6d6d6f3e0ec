import { expect, it } from "vitest";
import { declare, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { faultsOf } from "../../support/ui/axe-faults.ts";
import { pageAgents, type PageRig } from "../../support/ui/page-rig.ts";
import { smallTargets } from "../../support/ui/small-targets.ts";

/** Adds the tests that everybody can use the page: with any eyes, by finger, and in each width. */
export function looksRight(rig: PageRig): void {
  const { box } = rig;

  it("has no fault that axe finds, in light and dark, with a map that opens by keyboard", async () => {
    // A map needs 30 agents. They need not run.
    await declare(box, { agents: { ...pageAgents, spare: { command: waits, replicas: 20 } } });
    await rig.visit("/");
    const tile = rig.page.locator(".tile[href='/agents/spare-20']");
    await tile.waitFor();
    for (const state of ["detached", "attached"] as const) {
      await rig.page.locator(".map summary").press("Enter");
      await tile.waitFor({ state });
    }
    for (const [path, shows] of [
      ["/", ".tile"],
      ["/?by=label.team", ".tile"],
      ["/plan", ".plan"],
      ["/wall?find=up", ".card mark"],
      ["/graph", ".order, .note"],
      ["/history", ".run"],
      ["/hosts", ".empty"],
      ["/agents/reviewer?tab=why", ".steps"],
      ["/agents/reviewer", ".lines"],
      ["/agents/reviewer?tab=terminal", ".xterm-rows"],
    ] as const) {
      await rig.page.emulateMedia({ colorScheme: "light" });
      await rig.visit(path);
      await rig.page.locator(shows).first().waitFor();
      expect([path, await faultsOf(rig.page)]).toEqual([path, []]);
      await rig.page.emulateMedia({ colorScheme: "dark" });
      expect([path, await faultsOf(rig.page, ["color-contrast"])]).toEqual([path, []]);
    }
    await declare(box, { agents: pageAgents });
  });

  it("fits from a phone to a wide screen, and a finger hits all targets", async () => {
    await rig.visit("/");
    await until("the spare agents are gone", async () => (await rig.names()).length === 13);
    for (const path of [
      "/",
      "/plan",
      "/wall",
      "/agents/reviewer?tab=diff",
      "/agents/reviewer?tab=terminal",
    ]) {
      await rig.visit(path);
      await rig.page.locator("[data-name], .plan, .files, .xterm-rows").first().waitFor();
      for (const width of [390, 720, 1280, 2560]) {
        await rig.page.setViewportSize({ width, height: 844 });
        // A terminal takes its new size in the next frame.
        const excess = "document.documentElement.scrollWidth - innerWidth";
        await until(`${path} fits in ${width}`, async () => (await rig.page.evaluate<number>(excess)) === 0);
        if (width !== 390) continue;
        expect([path, await smallTargets(rig.page)]).toEqual([path, []]);
      }
    }
    await rig.page.setViewportSize({ width: 1280, height: 800 });
  });
}
