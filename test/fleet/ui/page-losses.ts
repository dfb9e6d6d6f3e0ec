import { expect, it } from "vitest";
import { declare } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { pageAgents, type PageRig } from "../../support/ui/page-rig.ts";

/** Adds the tests that the page says what is lost, and comes back. */
export function comesBack(rig: PageRig): void {
  const { at, box, names, rows } = rig;

  it("shows a broken fleet.yaml with its place, next to the agents, until it is fixed", async () => {
    await rig.visit("/");
    await declare(box, "version: 1\nagents: { coder: { comand: cat } }\n");
    const alert = rig.page.getByRole("alert").filter({ hasText: /fleet\.yaml:2:/ });
    await alert.waitFor();
    expect((await names()).length).toBe(13);
    await declare(box, { agents: pageAgents });
    await alert.waitFor({ state: "detached" });
  });

  it("says at once that the connection is lost, and comes back by itself", async () => {
    await rig.tunnel.cut();
    await rig.page.getByText("Connection lost.").waitFor();
    await until("its title says so", async () => (await rig.page.title()) === "offline: mosaic");
    expect((await names()).length).toBe(13);
    await box.sh("systemctl --user stop mosaic-agent@coder-4.service");
    await rig.tunnel.restore();
    await rig.page.locator('[data-name="coder-4"]', { hasText: "stopped" }).waitFor();
    await rig.page.getByText("Connection lost.").waitFor({ state: "detached" });
  });

  it("says so if a place cannot be loaded, and loads it with the page", async () => {
    await rig.page.route("**/places.js", (route) => route.abort());
    await rig.page.goto(at("/plan"));
    await rig.page.getByRole("heading", { name: "This place could not be loaded" }).waitFor();
    // The table needs no further file.
    await rig.page.keyboard.press("f");
    await rows().first().waitFor();
    await rig.page.goBack();
    await rig.page.unroute("**/places.js");
    await rig.page.getByRole("button", { name: "Load the page again" }).click();
    await rig.page.getByText("Interrupts no agent.").waitFor();
  });

  it("says so if a terminal cannot be loaded, and loads it again", async () => {
    await rig.page.route("**/terminal.css", (route) => route.abort());
    await rig.page.goto(at("/agents/coder-2?tab=terminal"));
    await rig.page.getByRole("heading", { name: "The terminal cannot be loaded" }).waitFor();
    await rig.page.unroute("**/terminal.css");
    await rig.page.getByRole("button", { name: "Load again" }).click();
    await rig.page.locator(".xterm-rows > div", { hasText: "up" }).first().waitFor();
  });

  it("asks for a new link when the server has ended and another one runs", async () => {
    await rig.ui.end("KILL");
    await rig.page.getByText("Connection lost.").waitFor();
    await rig.serveAgain();
    await rig.page.getByText("You are not logged in").waitFor();
    await rig.page.goto(at(`/${new URL(rig.ui.url).hash}`));
    await rows().first().waitFor();
    expect(await rig.ui.end()).toEqual({ code: 0, stderr: "" });
  });
}
