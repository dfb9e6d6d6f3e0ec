import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Exec } from "../../src/system/exec.ts";
import { findRoute } from "../../src/transport/find-route.ts";

describe("findRoute", () => {
  const runtimeDir = mkdtempSync(join(tmpdir(), "route-"));
  afterAll(() => rmSync(runtimeDir, { recursive: true }));

  /** Finds the way to build1 with these settings of ssh, and counts its questions. */
  const routeWith = async (settings: string, shares = true) => {
    let asked = 0;
    const exec: Exec = () => {
      asked += 1;
      const code = settings === "" ? 255 : 0;
      return Promise.resolve({ kind: "exited", code, stdout: settings, stderr: "" });
    };
    const found = await findRoute("build1", {}, false, { exec, runtimeDir, program: [], shares });
    return { ...found, asked };
  };
  const plain = "host build1\nuser ada\nport 22\n";

  it("asks ssh once, and shares a connection as long as the settings are the same", async () => {
    const one = await routeWith(plain);
    expect(one.asked).toBe(1);
    expect(one.route).toMatchObject({ kind: "ssh", target: "build1", sharing: { kind: "ours" } });
    expect((await routeWith(plain)).route).toEqual(one.route);
    expect((await routeWith(`${plain}hostname elsewhere\n`)).route).not.toEqual(one.route);
  });

  it("leaves the connection to the user's own settings", async () => {
    const own = await routeWith(`${plain}controlpath /run/own\nproxyjump bastion\n`);
    expect(own).toEqual({
      route: { kind: "ssh", target: "build1", sharing: { kind: "user" }, socket: "/run/own" },
      jump: "bastion",
      asked: 1,
    });
  });

  it("shares none without settings, or with many hosts", async () => {
    const none = { kind: "ssh", target: "build1", sharing: { kind: "none" }, socket: undefined };
    expect(await routeWith("")).toEqual({ route: none, jump: undefined, asked: 1 });
    expect(await routeWith(plain, false)).toEqual({ route: none, jump: undefined, asked: 1 });
  });

  it("knows the jump host of many hosts, too, which takes few connections at a time", async () => {
    const own = `${plain}controlpath /run/own\nproxyjump bastion\n`;
    expect(await routeWith(own, false)).toMatchObject({
      route: { sharing: { kind: "none" } },
      jump: "bastion",
    });
  });
});
