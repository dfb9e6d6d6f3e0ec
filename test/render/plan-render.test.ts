import { describe, expect, it } from "vitest";
import { renderedPlaces, renderedThings, type RenderedThing } from "../../src/render/rendered-files.ts";
import type { ObservedFile } from "../../src/observed/types.ts";
import { planRender, type RenderPlan } from "../../src/render/plan-render.ts";
import { account, desiredOf } from "../support/plan/resolved.ts";

type Found = Record<string, ObservedFile>;

const wanted = renderedThings(
  desiredOf({ agents: { a: { command: "x", description: "d" }, b: { command: "y", state: "stopped" } } }),
);
const before: Found = Object.fromEntries(wanted.map((thing) => [thing.path, asFound(thing)]));
const env = "mosaic/fleet/agents/a.env";
const link = "systemd/user/default.target.wants/mosaic-agent@a.service";

function asFound(thing: RenderedThing): ObservedFile {
  if (thing.kind === "link") return { kind: "link", target: thing.target };
  return { kind: "file", content: thing.content, mode: thing.mode, modifiedMs: 0 };
}

function plan(found: Found, things = wanted): RenderPlan {
  return planRender(things, new Map(Object.entries(found)), "mosaic", renderedPlaces("mosaic", account));
}
const file = (content: string, mode = 0o644): ObservedFile => ({
  kind: "file",
  content,
  mode,
  modifiedMs: 0,
});
const contentAt = (path: string): string => {
  const found = before[path];
  return found?.kind === "file" ? found.content : "";
};
const results = ({ steps }: RenderPlan, path: string) =>
  steps.filter(({ thing }) => thing.path === path).map(({ result, wasEdited }) => ({ result, wasEdited }));

describe("Rendering into a folder", () => {
  it("creates everything in an empty one", () => {
    const { steps, removed, foreign } = plan({});
    expect(new Set(steps.map(({ result }) => result))).toEqual(new Set(["created"]));
    expect([removed, foreign]).toEqual([[], []]);
  });

  it("changes nothing in a matching one", () => {
    const { steps, removed, foreign } = plan(before);
    expect(new Set(steps.map(({ result }) => result))).toEqual(new Set(["unchanged"]));
    expect([removed, foreign]).toEqual([[], []]);
  });

  it.each([
    ["another mode", env, file(contentAt(env), 0o644), false],
    ["a hand edit", env, file(`${contentAt(env)}A=1\n`, 0o600), true],
    [
      "a link to the template of another home",
      link,
      linkTo("/home/eve/.config/systemd/user/mosaic-agent@.service"),
      false,
    ],
  ])("updates a file with %s, and reports an edit", (_, path, found, wasEdited) => {
    expect(results(plan({ ...before, [path]: found }), path)).toEqual([{ result: "updated", wasEdited }]);
  });

  it("removes its former output, with drop-in and link, and nothing else", () => {
    const fewer = wanted.filter((thing) => thing.agent !== "a");
    expect(plan(before, fewer)).toMatchObject({
      removed: [env, link, "systemd/user/mosaic-agent@a.service.d/50-fleet.conf"],
      foreign: [],
    });
  });

  it.each([
    ["a file without a mark", { [env]: file("A=1\n") }, undefined],
    ["a copy of another agent's file", { "mosaic/fleet/agents/c.env": file(contentAt(env)) }, undefined],
    ["a file of ours in another place", { "notes.txt": file(contentAt(env)) }, undefined],
    [
      "a file of another fleet",
      { [env]: file(contentAt(env).replace("fleet=mosaic", "fleet=night")) },
      "night",
    ],
    ["a link in a file's place", { [env]: linkTo("/etc/passwd") }, undefined],
    ["a link in a folder's place", { "mosaic/fleet": linkTo("/etc") }, undefined],
    ["a link to something else", { [link]: linkTo("/etc/passwd") }, undefined],
    ["a file in a link's place", { [link]: file(contentAt(env)) }, undefined],
    ["a folder or device in a file's place", { [env]: { kind: "other" } as const }, undefined],
    ["what cannot be read", { [env]: { kind: "unreadable", message: "EACCES" } as const }, undefined],
    ["a suspension", { "mosaic/fleet/agents/a.suspended": file("") }, undefined],
  ])("leaves alone, and names, %s", (_, found, fleet) => {
    const [path = ""] = Object.keys(found);
    expect(plan({ ...before, ...(found as Found) }).foreign).toMatchObject([{ path, fleet }]);
  });
});

function linkTo(target: string): ObservedFile {
  return { kind: "link", target };
}
