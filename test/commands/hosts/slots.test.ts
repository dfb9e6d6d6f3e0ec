import { describe, expect, it } from "vitest";
import { slots } from "../../../src/commands/hosts/slots.ts";

describe("places of connections", () => {
  it("are given in the order of the requests, and to one that had a place before them all", async () => {
    const places = slots(1);
    const told: string[] = [];
    const leave = await places.take();
    const waiting = [
      ["first", false],
      ["second", false],
      ["again", true],
    ].map(async ([name, isNext]) => {
      const end = await places.take(isNext === true);
      told.push(String(name));
      end();
    });
    leave();
    await Promise.all(waiting);
    expect(told).toEqual(["again", "first", "second"]);
  });

  it("are given back if the work fails", async () => {
    const places = slots(1);
    await expect(places.use(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await places.use(() => Promise.resolve("done"))).toBe("done");
  });
});
