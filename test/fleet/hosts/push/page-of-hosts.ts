import { expect, it } from "vitest";
import { withPatch } from "../../../../src/ui/patches.ts";
import type { ToPage, UiState } from "../../../../src/ui/protocol.ts";
import type { PushedHosts } from "../../../support/hosts/pushed-hosts.ts";
import { until } from "../../../support/rig/until.ts";
import { logIn, openPageSocket, send, serveUi, type Response } from "../../../support/ui/serve-ui.ts";

/** Adds the test of a page with the agents of several machines. */
export function showsHostsOnOnePage({ machines }: PushedHosts): void {
  it("shows their agents on one page, and tells the host that is unreachable", async () => {
    const ui = await serveUi(machines.desk, "--control", "--host", "build1,build2,gone");
    const session = await logIn(ui);
    const page = await openPageSocket(ui.origin, session);
    page.tell({ t: "look", visible: true, rows: [], wall: [] });
    const state = await until("all hosts have answered or failed", async () => {
      const now = stateIn(page.messages);
      return now?.fleet.hosts.every((host) => host.state !== "asking") && now.agents.length > 0 && now;
    });
    expect(state.fleet.hosts).toMatchObject([
      { name: "build1", state: "reached", problem: null },
      { name: "build2", state: "reached", problem: null },
      { name: "gone", state: "unreachable", seenAt: null, problem: { summary: "unreachable" } },
    ]);
    // The host that answers first comes first: the page sorts its rows.
    const byName = state.agents.toSorted((a, b) => a.name.localeCompare(b.name));
    expect(byName.map(({ host, name, state: each }) => [host, name, each])).toEqual([
      ["build1", "build1/coder-1", "running"],
      ["build1", "build1/coder-2", "running"],
      ["build2", "build2/coder-1", "running"],
      ["build2", "build2/coder-2", "running"],
      ["build2", "build2/coder-x", "running"],
    ]);
    const ask = async (path: string): Promise<Response> =>
      send(ui.origin, `/api/agents/${path}`, {
        headers: { Authorization: `Bearer ${session.key}`, Cookie: session.cookie },
      });
    const why = await ask("build2/coder-1/why");
    expect([why.status, JSON.parse(why.body)]).toMatchObject([200, { agents: [{ name: "coder-1" }] }]);
    const gone = await ask("gone/far/events");
    expect([gone.status, gone.body]).toEqual([422, expect.stringContaining("gone: unreachable")]);
    expect((await ask("elsewhere/coder-1/why")).status).toBe(422);
    const build1 = machines.host("build1");
    await build1.sh("systemctl --user stop mosaic-agent@coder-2.service");
    page.tell({
      t: "send",
      id: 3,
      agents: ["build1/coder-1", "build1/coder-2", "gone/far", "elsewhere/coder-1"],
      text: "from the page",
    });
    await page.hears("sent", ({ id, isDone }) => id === 3 && isDone);
    const sent = page.messages.flatMap((each) => (each.t === "sent" ? each.sent.deliveries : []));
    expect(sent.toSorted((a, b) => a.agent.localeCompare(b.agent))).toMatchObject([
      { agent: "build1/coder-1", verdict: "delivered" },
      { agent: "build1/coder-2", message: "it does not run: fleet start coder-2 --host build1" },
      { agent: "elsewhere/coder-1", verdict: "not-delivered", message: "host elsewhere is not on this page" },
      { agent: "gone/far", verdict: "not-delivered", message: "gone: unreachable" },
    ]);
    // Its screen there is read for as long as the page shows it.
    page.tell({ t: "look", visible: true, rows: [], wall: ["build1/coder-1", "build2/coder-x"] });
    await page.hears("pictures", ({ pictures }) =>
      JSON.stringify(pictures["build1/coder-1"] ?? []).includes("from the page"),
    );
    await page.hears("pictures", ({ pictures }) => pictures["build2/coder-x"] !== undefined);
    const readers = () => build1.sh("pgrep -fc '__remot[e]' || :");
    expect(Number(await readers())).toBeGreaterThan(0);
    page.close();
    await until("nobody reads a screen any more", async () => Number(await readers()) === 0);
    expect((await ui.end()).code).toBe(0);
    await build1.sh("systemctl --user start mosaic-agent@coder-2.service");
  });
}

/** Returns the state after all messages; undefined before the first. */
function stateIn(messages: readonly ToPage[]): UiState | undefined {
  return messages.reduce<UiState | undefined>((state, message) => {
    if (message.t === "state") return message.state;
    return message.t === "patch" && state !== undefined ? withPatch(state, message.patch) : state;
  }, undefined);
}
