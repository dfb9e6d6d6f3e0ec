import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { followedHere } from "../../../src/commands/remote/followed-here.ts";
import { noPlaces, placesText, type Places } from "../../../src/config/hosts/places.ts";
import { sourceText } from "../../../src/config/source/source-text.ts";
import { keepAnchor, keepOrders } from "../../../src/source/memory/keep-memory.ts";
import { placeFiles } from "../../../src/source/revision/place-files.ts";
import type { PullEnd } from "../../../src/source/run-pass.ts";
import { readSource } from "../../../src/source/read-source.ts";
import type { Orders } from "../../../src/source/memory/source-memory.ts";
import { waitingAgents } from "../../../src/source/waiting-agents.ts";
import { good, openSourceWorld, why, type SourceWorld } from "../../support/source/source-world.ts";

describe("The places of agents in a source", () => {
  let world: SourceWorld;
  const settings = () => world.settings({ host: "a" });
  const on = (host: string, since?: string): Places => ({
    ...noPlaces,
    places: { coder: host },
    ...(since === undefined ? {} : { since: { coder: since } }),
  });
  const moving: Places = { ...noPlaces, moves: { coder: { from: "a", to: "b" } } };
  const push = (table: Places): string => {
    world.write("fleet.place.json", placesText(table));
    return world.push("Place coder");
  };
  const order = (revision: string) => ({ revision, by: "ada", at: "2026-01-01T00:00:00Z" });
  /** Fetches with a memory of the applied revision. */
  const pass = (anchor: string, known: Places, orders: Orders = {}): Promise<PullEnd> =>
    world.pass({ settings: settings(), anchor, known: { kind: "kept", value: known }, orders });
  const tableOf = (end: PullEnd): unknown => {
    const { places = {}, moves = {} } = JSON.parse(
      good(end).files.texts.at(-1)?.text ?? "",
    ) as Partial<Places>;
    return { ...places, ...moves };
  };
  let first = "";
  let left = "";
  let arrived = "";

  beforeAll(() => {
    world = openSourceWorld();
    const agents = { coder: { command: "sleep 1", hosts: { spread: "all" } } };
    world.write("fleet.yaml", stringify({ version: 1, hosts: { a: {}, b: {} }, agents }));
    first = push(on("a"));
    left = push(moving);
    arrived = push(on("b", "2026-11-30T05:00:00Z"));
  });
  afterAll(() => world.remove());

  it("wait for an order after a pin, a revert, a force push and the loss of the table", async () => {
    const waits = { coder: { from: "b", to: "a" } };
    const now = on("b", "2026-11-30T05:00:00Z");
    const pinned = await pass(arrived, now, { pin: order(first) });
    expect([tableOf(pinned), good(pinned).files.known]).toEqual([waits, now]);
    // It has not ended there yet, or nobody has counted that.
    expect(tableOf(await pass(left, moving, { pin: order(first) }))).toEqual(waits);
    expect(tableOf(await pass(first, on("a"), { pin: order(first) }))).toEqual({ coder: "a" });
    const reverted = push(on("a"));
    expect(tableOf(await pass(arrived, now))).toEqual(waits);
    world.sh(`git push -qf origin ${first}:main`);
    expect(why(await pass(arrived, now))).toBe("refused: rewritten");
    const accept = { ...order(first), anchor: arrived };
    expect(tableOf(await pass(arrived, now, { accept }))).toEqual(waits);
    world.sh(`git push -qf origin ${reverted}:main`);
    const ordered = push(on("a", "2026-11-30T06:00:00Z"));
    expect(tableOf(await pass(arrived, now))).toEqual({ coder: "a" });
    // One host has it by its name.
    world.sh("git rm -q fleet.place.json");
    world.push("Without a table");
    const own = good(await pass(ordered, on("b"))).files.texts.length;
    const others = good(
      await world.pass({
        settings: world.settings({ host: "b" }),
        anchor: ordered,
        known: { kind: "kept", value: on("a") },
      }),
    );
    expect(own + others.files.texts.length).toBe(3);
    expect(why(await world.pass({ settings: settings(), known: { kind: "broken" } }))).toBe(
      "refused: settings",
    );
  });

  it("tell which agents this machine may start by itself", async () => {
    const { machine, paths } = world;
    const followed = () => followedHere("mosaic", machine);
    expect(await followed()).toEqual({ kind: "known", agents: [] });
    writeFileSync(paths.settings, sourceText(settings()), { mode: 0o600 });
    expect(await followed()).toEqual({ kind: "unknown", why: "behind" });
    const apply = async (revision: string): Promise<void> => {
      const { files } = good(await world.pass({ settings: settings(), orders: { pin: order(revision) } }));
      await placeFiles(paths, revision, files.texts);
    };
    const keep = async (revision: string): Promise<void> => {
      const { git, ref } = settings();
      await keepAnchor(paths, { git, ref, revision, signer: null, at: "2026-01-01T00:00:00Z" }, undefined);
    };
    await apply(first);
    expect(await followed()).toEqual({ kind: "unknown", why: "behind" });
    await keep(first);
    expect(await followed()).toEqual({ kind: "known", agents: ["coder"] });
    await apply(left);
    expect(await followed()).toEqual({ kind: "unknown", why: "behind" });
    await keep(left);
    expect(await followed()).toEqual({ kind: "known", agents: [] });
    await keepOrders(paths, { pin: order(first) });
    expect(await followed()).toEqual({ kind: "unknown", why: "pinned" });
    await keepOrders(paths, { pin: order(left) });
    expect(await followed()).toEqual({ kind: "known", agents: [] });
    writeFileSync(paths.orders, "{");
    expect(await followed()).toEqual({ kind: "unknown", why: "unreadable" });
    rmSync(paths.orders);
    rmSync(paths.settings);
    // A service with a file of its own, which may be missing.
    const unit = `${machine.configHome}/systemd/user/mosaic-fleet.service`;
    const file = `${world.home}/own.yaml`;
    mkdirSync(dirname(unit), { recursive: true });
    writeFileSync(unit, `[Service]\nExecStart="/usr/bin/node" "/cli.js" "watch" "--file" "${file}"\n`);
    expect(await followed()).toEqual({ kind: "unknown", why: "unreadable" });
    writeFileSync(file, "version: 1\nagents: { own: { command: run, replicas: 2 } }\n");
    expect(await followed()).toEqual({ kind: "known", agents: ["own-1", "own-2"] });
  });

  it("tell which agents wait here, and whether a move brings them", async () => {
    const { machine, paths } = world;
    const waitingFor = async (host: string, revision: string, known: Places) => {
      const source = world.settings({ host });
      writeFileSync(paths.settings, sourceText(source), { mode: 0o600 });
      const end = await world.pass({
        settings: source,
        orders: { pin: order(revision) },
        known: { kind: "kept", value: known },
      });
      await placeFiles(paths, revision, good(end).files.texts);
      const read = readSource(paths.settings, machine);
      return read.ok ? waitingAgents(read.value, machine) : read.diagnostics;
    };
    expect(await waitingFor("b", left, on("a"))).toEqual([{ agent: "coder", from: "a", why: "move" }]);
    expect(await waitingFor("b", arrived, on("a"))).toEqual([]);
    // This machine was off while the agent was removed, forgotten by the table, and declared again.
    const held = await waitingFor("a", first, on("b"));
    expect(held).toEqual([{ agent: "coder", from: "b", why: "held" }]);
    writeFileSync(paths.fleetFile, "agents: {");
    const broken = readSource(paths.settings, machine);
    expect(broken.ok && (await waitingAgents(broken.value, machine))).toBeUndefined();
    rmSync(paths.settings);
  });
});
