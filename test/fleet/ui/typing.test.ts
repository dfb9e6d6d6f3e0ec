import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, plan, tmux } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { browserPath, openBrowser, openPage } from "../../support/ui/browser.ts";
import { logIn, openSocket, serveUi, type PageSocket, type UiServed } from "../../support/ui/serve-ui.ts";

const reader = { command: "exec cat", onChange: "when-idle", idleAfter: "0s" };
const agents = { reader, other: reader };

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
  const typing = async (on: boolean) => {
    const before = page.messages.length;
    page.tell({ t: "typing", agent: "reader", on });
    return answer(before);
  };
  const answer = (before: number) =>
    until("the answer comes", async () => page.messages.slice(before).find((each) => each.t === "typing"));
  const marks = () => tmux(box, "list-panes", "-a", "-F", "#{session_name} #{?@mosaic_typing,typed,}");

  beforeAll(async () => {
    await declare(box, { agents });
    await fleet(box, "apply", "--yes");
  }, 60_000);

  it("reaches nobody without --control", async () => {
    ui = await serveUi(box);
    page = await open();
    expect(await typing(true)).toMatchObject({ on: false, reason: "only-shows" });
    page.tell({ t: "keys", agent: "reader", text: "no" });
    page.tell({ t: "paste", agent: "reader", text: "no" });
    await until("all are refused", async () => page.messages.filter(({ t }) => t === "typing").length === 3);
    expect((await screen("reader")).trim()).toBe("");
    await ui.end();
    ui = await serveUi(box, "--control");
    page = await open();
  });

  it("gives keys and pastes to the agent in their order, and only while it is on", async () => {
    page.tell({ t: "keys", agent: "reader", text: "before" });
    await until("it is refused", async () => page.messages.some((each) => each.t === "typing" && !each.on));
    expect(await typing(true)).toMatchObject({ on: true });
    for (const letter of "häl ✓; 'x' $(y)") page.tell({ t: "keys", agent: "reader", text: letter });
    page.tell({ t: "keys", agent: "reader", text: "\r" });
    page.tell({ t: "paste", agent: "reader", text: "pasted\u001B[201~ text\nand more" });
    page.tell({ t: "keys", agent: "reader", text: "\r" });
    await shows("reader", "häl ✓; 'x' $(y)\nhäl ✓; 'x' $(y)\n");
    await shows("reader", "pasted[201~ text");
    await until("cat has both lines", async () => (await screen("reader")).split("and more").length === 3);
    expect(await screen("reader")).not.toContain("before");
    expect((await screen("other")).trim()).toBe("");
  });

  it("counts as attached as long as it is on, so when-idle waits", async () => {
    await declare(box, { agents: { ...agents, reader: { ...reader, env: { MODEL: "new" } } } });
    const pending = await plan(box);
    expect(pending.summary).toMatchObject({ restart: 0, pending: 1 });
    expect(pending.agents.find(({ name }) => name === "reader")).toMatchObject({ atStake: { attached: 1 } });
    expect(await typing(false)).toMatchObject({ on: false, reason: null });
    await until("nothing holds it any more", async () => (await plan(box)).summary.restart === 1);
    expect(await marks()).toBe("other \nreader \n");
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

  it.skipIf(browserPath === undefined)("is a mode of the terminal with a key to leave", async () => {
    const browser = await openBrowser();
    try {
      const { complaints, page: tab } = await openPage(await browser.newContext({ reducedMotion: "reduce" }));
      const link = JSON.parse((await box.run(["fleet", "ui", "--json"])).stdout) as { readonly url: string };
      await tab.goto(link.url);
      await tab.locator("[data-name]").first().waitFor();
      await tab.goto(`${ui.origin}/agents/other?tab=terminal`);
      await tab.getByRole("button", { name: "Type…" }).waitFor();
      await tab.keyboard.type("p");
      await tab.goto(`${ui.origin}/agents/other?tab=terminal`);
      await tab.getByRole("button", { name: "Type…" }).click();
      await tab.getByText("Your keys go to the agent.").waitFor();
      await tab.keyboard.type("jk? from the page");
      await tab.keyboard.press("Enter");
      await shows("other", "jk? from the page\njk? from the page\n");
      await tab.keyboard.press("Control+]");
      await tab.getByRole("button", { name: "Type…" }).waitFor();
      await tab.keyboard.type("zzz");
      await until("nobody types", async () => (await marks()).includes("other \n"));
      expect(await screen("other")).not.toContain("zzz");
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it("leaves no mark behind, also of a server that was killed", async () => {
    expect(await typing(true)).toMatchObject({ on: true });
    expect(await marks()).toContain("reader typed");
    await ui.end("KILL");
    ui = await serveUi(box, "--control");
    expect(await marks()).toBe("other \nreader \n");
    page = await open();
    expect(await typing(true)).toMatchObject({ on: true });
    expect(await ui.end()).toEqual({ code: 0, stderr: "" });
    expect(await marks()).toBe("other \nreader \n");
  });
});
