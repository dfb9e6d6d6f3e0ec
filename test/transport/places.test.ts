import { describe, expect, it } from "vitest";
import { slots } from "../../src/commands/hosts/slots.ts";
import type { HostRoute } from "../../src/transport/connect-host.ts";
import { runOnHost } from "../../src/transport/run-on-host.ts";

describe("a host that waits for a further try", () => {
  it("leaves its place to the others, and takes one again", async () => {
    const places = slots(1);
    const told: string[] = [];
    const never = new AbortController().signal;
    const run = async (name: string, route: HostRoute): Promise<void> => {
      const request = {
        host: name,
        file: "/fleet.yaml",
        texts: [],
        words: ["plan"],
        form: { color: false, quiet: false, verbose: false },
      };
      const end = await runOnHost(
        { route, request, purpose: "read", bundle: { hash: "0", bytes: 0, read: () => new Uint8Array() } },
        { onFrame: () => undefined, onNoise: () => undefined },
        { soon: never, now: never },
        async (isAgain) => {
          const leave = await places.take(isAgain);
          told.push(isAgain ? `${name} again` : name);
          return leave;
        },
      );
      told.push(`${name} ${end.name}`);
    };
    // Both fail at once, and are tried three times.
    await Promise.all(["one", "other"].map((name) => run(name, { kind: "program", words: ["false"] })));
    expect(told.slice(0, 2)).toEqual(["one", "other"]);
    expect(told.filter((each) => each === "one again")).toHaveLength(2);
    expect(told.filter((each) => each === "other again")).toHaveLength(2);
    expect(told).toEqual(expect.arrayContaining(["one unreachable", "other unreachable"]));
  });
});
