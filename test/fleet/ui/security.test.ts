import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { mostMessageBytes } from "../../../src/ui/messages.ts";
import { assetNames } from "../../../src/ui/routes.ts";
import { declare, fleet, plan, tmux, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import {
  logIn,
  openPageSocket,
  openSocket,
  send,
  serveUi,
  type LoggedIn,
  type UiServed,
} from "../../support/ui/serve-ui.ts";
import { keepsToItsPlace } from "./server-places.ts";

const agents = {
  coder: { command: waits, replicas: 2, labels: { team: "core" } },
  secretive: { command: waits, env: { API_TOKEN: "hunter2-hunter2" } },
};

describe("the server of fleet ui", () => {
  const box = useSandbox();
  let ui: UiServed;
  let session: LoggedIn;
  const get = (path: string, more: object = {}) =>
    send(ui.origin, path, {
      headers: { Cookie: session.cookie, Authorization: `Bearer ${session.key}`, ...more },
    });

  beforeAll(async () => {
    await declare(box, { agents });
    await fleet(box, "apply", "--yes");
    ui = await serveUi(box);
    session = await logIn(ui);
  });

  it("listens on the loopback alone, and prints the token in the fragment of the link alone", async () => {
    const { hostname, port } = new URL(ui.url);
    expect(hostname).toBe("127.0.0.1");
    const listening = await box.sh(
      `grep -i ':${Number(port).toString(16).padStart(4, "0")} ' /proc/net/tcp /proc/net/tcp6 | grep ' 0A '`,
    );
    expect(listening.trim().split("\n")).toHaveLength(1);
    expect(listening).toContain("0100007F:");
    expect(await box.sh(`tr '\\0' ' ' </proc/${ui.pid}/cmdline`)).not.toContain("t=");
  });

  it("logs in with a token once, by a cookie that no script and no other site gets", async () => {
    const login = (body: string) =>
      send(ui.origin, "/api/login", {
        method: "POST",
        headers: { "Content-Type": "application/json", Origin: ui.origin },
        body,
      });
    const token = new URL(ui.url).hash.replace("#t=", "");
    expect((await login(JSON.stringify({ token }))).status).toBe(403);
    for (const body of ["", "{", "[]", '{"token":1}', '{"token":""}'])
      expect((await login(body)).status).toBe(403);
    expect((await login("x".repeat(5_000))).status).toBe(413);
    const further = await box.run(["fleet", "ui", "--json"]);
    expect([further.code, further.stderr]).toEqual([
      0,
      expect.stringContaining("The page is served already"),
    ]);
    const { url } = JSON.parse(further.stdout) as { readonly url: string };
    expect(new URL(url).origin).toBe(ui.origin);
    expect((await box.sh(`stat -c %a $XDG_RUNTIME_DIR/mosaic-fleet/mosaic.ui.sock`)).trim()).toBe("600");
    const response = await login(JSON.stringify({ token: new URL(url).hash.replace("#t=", "") }));
    expect(response.headers["set-cookie"]).toEqual([
      expect.stringMatching(
        /^fleet-ui-[0-9a-f]{8}=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/api; Max-Age=43200$/,
      ),
    ]);
  });

  it("answers only with both halves of a session", async () => {
    expect((await get("/api/session")).status).toBe(200);
    const { cookie, key } = session;
    const tries = [
      {},
      { Cookie: cookie },
      { Authorization: `Bearer ${key}` },
      { Cookie: cookie, Authorization: "Bearer x" },
      { Cookie: `${cookie}x`, Authorization: `Bearer ${key}` },
      { Cookie: cookie.replace(/^[^=]*/, "fleet-ui"), Authorization: `Bearer ${key}` },
    ];
    for (const headers of tries) {
      for (const path of ["/api/session", "/api/plan", "/api/agents/coder-1/why"]) {
        expect((await send(ui.origin, path, { headers })).status).toBe(401);
      }
    }
    expect(await openSocket(ui.origin, { cookie })).toBe(401);
    expect(await openSocket(ui.origin, { key })).toBe(401);
    expect(await openSocket(ui.origin, { cookie, key: "x" })).toBe(401);
  });

  it("refuses foreign hosts, origins and methods, also with a session", async () => {
    expect((await get("/", { Host: "evil.example" })).status).toBe(421);
    expect((await get("/api/plan", { Host: "evil.example" })).status).toBe(421);
    expect((await get("/api/plan", { Origin: "http://evil.example" })).status).toBe(403);
    expect((await get("/api/plan", { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const { headers, status } = await send(ui.origin, "/api/plan", { method });
      expect([status, headers.allow]).toEqual([405, "GET"]);
    }
    for (const Origin of ["http://evil.example", "http://127.0.0.1:1", "null"]) {
      expect(await openSocket(ui.origin, session, { headers: { Origin } })).toBe(403);
    }
    expect(await openSocket(ui.origin, session, { headers: { Host: "evil.example" } })).toBe(421);
    expect(await openSocket(ui.origin, session, { path: "/api/plan" })).toBe(404);
    const tunnel = { Host: "localhost:9999", Origin: "http://localhost:9999" };
    expect((await get("/api/session", tunnel)).status).toBe(200);
  });

  it("sends strict headers with every response, and allows no other origin to read", async () => {
    for (const path of ["/", "/app.js", "/nowhere", "/api/plan", "/api/session"]) {
      const { headers } = await get(path);
      expect(headers["content-security-policy"]).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'; /,
      );
      expect(headers["content-security-policy"]).not.toContain("unsafe");
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
    expect((await get("/")).body).not.toMatch(/<script>|style=|https?:/);
  });

  it("reads no file but those of the page", async () => {
    for (const path of [
      "/../package.json",
      "/..%2f..%2fetc/passwd",
      "//etc/passwd",
      "/app.js/../../cli.js",
      "/%00",
      "/app.js%00",
    ]) {
      const { body, status } = await get(path);
      expect([status, body]).toEqual([404, '{"error":"not-found"}']);
    }
    expect((await get("/api/agents/nobody/why")).status).toBe(422);
    expect((await get("/api/agents/--all/text")).status).toBe(404);
  });

  it("serves each file of its build, and the first table takes at most 32 kB of them", () => {
    const folder = new URL("../../../dist/web/", import.meta.url);
    expect(readdirSync(folder).sort()).toEqual([...assetNames].sort());
    const sizes = ["index.html", "app.js", "app.css", "icon.svg"].map(
      (name) => gzipSync(readFileSync(new URL(name, folder))).length,
    );
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(32_000);
  });

  it("survives oversized, broken and half messages, and closes only their connections", async () => {
    const good = await openPageSocket(ui.origin, session);
    const large = await openPageSocket(ui.origin, session);
    large.sendText("x".repeat(mostMessageBytes + 1));
    expect(await large.closed).toBe(1009);
    good.sendText("{");
    good.sendText('{"t":"type","text":"rm"}');
    const { hostname, port } = new URL(ui.origin);
    await new Promise<void>((resolve) => {
      const raw = connect(Number(port), hostname, () => raw.end("NONSENSE\r\n\r\n"));
      raw.resume().on("close", resolve);
    });
    good.tell({ t: "look", visible: true, rows: ["coder-1"], wall: ["coder-1"] });
    await good.hears("pictures", ({ pictures }) => pictures["coder-1"]?.flat().includes("up") === true);
    const all = await Promise.all(Array.from({ length: 32 }, () => openSocket(ui.origin, session)));
    expect(all.filter((each) => each === 503)).toHaveLength(1);
    const open = [good, ...all.filter((each) => typeof each !== "number")];
    for (const each of open) each.close();
    await Promise.all(open.map(({ closed }) => closed));
  });

  it("sends the state, then only its changes, and observes nothing without a page", async () => {
    const page = await openPageSocket(ui.origin, session);
    const { state } = await page.hears("state");
    expect(state.agents.map(({ name, state: word }) => `${name} ${word}`)).toEqual([
      "coder-1 running",
      "coder-2 running",
      "secretive running",
    ]);
    await box.sh("systemctl --user stop mosaic-agent@coder-2.service");
    const { patch } = await page.hears("patch", (each) =>
      each.patch.agents.some(({ state: word }) => word === "stopped"),
    );
    expect(patch).toMatchObject({ agents: [{ name: "coder-2" }], gone: [] });
    await box.sh("systemctl --user start mosaic-agent@coder-2.service");
    page.close();
    const watches = () =>
      box
        .sh(`cat /proc/${ui.pid}/fdinfo/* 2>/dev/null | grep -c '^inotify' || :`)
        .then((text) => Number(text));
    await until("nothing is watched any more", async () => (await watches()) === 0);
    const again = await openPageSocket(ui.origin, session);
    await again.hears("state");
    expect(await watches()).toBeGreaterThan(0);
    again.close();
  });

  it("answers with the JSON of the commands, without secrets, and leaves no trace on the machine", async () => {
    await declare(box, {
      agents: { ...agents, secretive: { command: waits, env: { API_TOKEN: "correct-horse-2" } } },
    });
    const planned = JSON.parse((await get("/api/plan")).body) as { readonly summary: object };
    expect(planned.summary).toEqual((await plan(box)).summary);
    for (const part of ["diff", "why", "journal", "text", "events"]) {
      const { body, status } = await get(`/api/agents/secretive/${part}`);
      expect(status).toBe(200);
      expect(body).not.toMatch(/hunter2-hunter2|correct-horse-2/);
    }
    await declare(box, { agents });
    expect((await plan(box)).summary).toMatchObject({ change: 0, restart: 0, pending: 0 });
    expect(await tmux(box, "list-panes", "-a", "-F", "#{pane_pipe}#{session_attached}")).toBe("00\n00\n00\n");
    expect(await tmux(box, "list-clients")).toBe("");
  });

  keepsToItsPlace(box, () => ui.origin);

  it("shows a broken fleet.yaml on the page, next to the last state, and tells pages when it ends", async () => {
    const page = await openPageSocket(ui.origin, session);
    await page.hears("state");
    await declare(box, "version: 1\nagents: { coder: { comand: cat } }\n");
    const { patch } = await page.hears("patch", (each) => (each.patch.fleet?.problems.length ?? 0) > 0);
    expect(patch).toMatchObject({
      agents: [],
      gone: [],
      fleet: { problems: [{ place: expect.stringMatching(/fleet\.yaml:2:/) }] },
    });
    expect(await ui.end()).toEqual({ code: 0, stderr: "" });
    expect(await page.closed).toBe(1001);
    expect(page.messages.at(-1)).toEqual({ t: "bye" });
  });
});
