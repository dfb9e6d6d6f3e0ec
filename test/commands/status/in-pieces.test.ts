import { expect, it } from "vitest";
import { inPieces } from "../../../src/commands/status/in-pieces.ts";

it("gives everything else a turn between the pieces of a long list, and keeps its order", async () => {
  const items = Array.from({ length: 60 }, (_, n) => n);
  let done = 0;
  const seen: number[] = [];
  setImmediate(() => void seen.push(done));
  const results = await inPieces(items, (item) => {
    done += 1;
    return item * 2;
  });
  expect(results).toEqual(items.map((item) => item * 2));
  expect(seen).toEqual([25]);
});
