import { afterEach, describe, expect, it, vi } from "vitest";
import { createUnitGlances } from "../../../../src/commands/ui/live/unit-glances.ts";
import type { ListedUnit } from "../../../../src/drivers/systemd/list-units.ts";
import { exited } from "../../../support/drivers/fake-exec.ts";
import { until } from "../../../support/rig/until.ts";

const folder = "/run/user/1000/systemd/units";

/** Returns glances at a manager whose units are in these states, one for each reading; the last one stays. */
function glancesAt(...actives: readonly string[]) {
  const asked: (readonly string[])[] = [];
  const taken: ListedUnit[] = [];
  const left = [...actives];
  const followed: string[] = [];
  let written: (unit: string) => void = () => undefined;
  let areHeard = false;
  const glances = createUnitGlances(
    async ({ args }) => {
      const names = args.slice(args.indexOf("--") + 1);
      asked.push(names);
      const active = left.length > 1 ? left.shift() : left[0];
      if (active === undefined) return exited(0, "[]");
      return exited(0, JSON.stringify(names.map((unit) => ({ unit, load: "loaded", active, sub: "x" }))));
    },
    (units) => void taken.push(...units),
    (call) => {
      written = call;
      const follow = (_: unknown, starting: readonly string[]): boolean => {
        followed.push(...starting);
        return areHeard;
      };
      return { follow, end: () => undefined };
    },
  );
  return {
    asked,
    followed,
    glances,
    taken,
    hearsEnds: () => void (areHeard = true),
    written: (unit: string): void => {
      areHeard = false;
      written(unit);
    },
  };
}

describe("the glances of the page at single units", () => {
  afterEach(() => void vi.useRealTimers());

  it("read the units that started or ended together, in one call, and nothing else", async () => {
    const { asked, glances, taken } = glancesAt("active");
    for (const name of ["invocation:a.service", "invocation:b.service", "private"])
      glances.hear(`${folder}/${name}`);
    await until("the units are read", async () => taken.length > 0);
    expect(asked).toEqual([["a.service", "b.service"]]);
    expect(taken.map(({ active }) => active)).toEqual(["active", "active"]);
  });

  it("read the first change after a pause at once, and those that follow it together", async () => {
    vi.useFakeTimers();
    const { asked, glances } = glancesAt("active");
    glances.hear(`${folder}/invocation:a.service`);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([["a.service"]]);
    for (const name of ["b", "c"]) glances.hear(`${folder}/invocation:${name}.service`);
    await vi.advanceTimersByTimeAsync(9);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.slice(1)).toEqual([["b.service", "c.service"]]);
    await vi.advanceTimersByTimeAsync(1_000);
    glances.hear(`${folder}/invocation:d.service`);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.slice(2)).toEqual([["d.service"]]);
  });

  it("read a unit at the end of its start at once, and seldom before", async () => {
    vi.useFakeTimers();
    const { asked, followed, glances, hearsEnds, taken, written } = glancesAt(
      "activating",
      "activating",
      "activating",
      "active",
    );
    hearsEnds();
    glances.hear(`${folder}/invocation:a.service`);
    await vi.advanceTimersByTimeAsync(0);
    expect(followed).toEqual(["a.service"]);
    await vi.advanceTimersByTimeAsync(319);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(2);
    written("a.service");
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toHaveLength(3);
    // systemd has not seen the end yet.
    await vi.advanceTimersByTimeAsync(20);
    expect(asked).toHaveLength(4);
    expect(taken.at(-1)?.active).toBe("active");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(4);
  });

  it("read a unit again until it has started", async () => {
    const { glances, taken } = glancesAt("activating", "activating", "active");
    glances.hear(`${folder}/invocation:a.service`);
    await until("it runs", async () => taken.at(-1)?.active === "active");
    expect(taken.map(({ active }) => active)).toEqual(["activating", "activating", "active"]);
  });

  it("take a unit that systemd has unloaded for stopped", async () => {
    const { glances, taken } = glancesAt();
    glances.hear(`${folder}/invocation:a.service`);
    await until("it is read", async () => taken.length > 0);
    expect(taken).toMatchObject([{ name: "a.service", active: "inactive" }]);
  });

  it("leave a crash loop and many units at once to the look", async () => {
    const began = performance.now();
    const { asked, glances } = glancesAt("activating");
    glances.hear(`${folder}/invocation:a.service`);
    const crash = setInterval(() => glances.hear(`${folder}/invocation:a.service`), 5);
    await until("eight glances are made, and a further one later", async () => asked.length > 8);
    expect(asked.length).toBeLessThanOrEqual(9 + (performance.now() - began) / 500);
    clearInterval(crash);
    glances.end();
    const many = glancesAt("active");
    for (let each = 0; each < 25; each += 1) many.glances.hear(`${folder}/invocation:${each}.service`);
    many.glances.hear(`${folder}/invocation:last.service`);
    const few = glancesAt("active");
    few.glances.hear(`${folder}/invocation:a.service`);
    await until("later changes are read", async () => few.asked.length > 0);
    expect(many.asked).toEqual([]);
  });
});
