import { expect, it } from "vitest";
import { program } from "../../../src/command-line/program.ts";
import { hostCommands } from "../../../src/hosts/host-commands.ts";

/** They reach hosts by themselves. */
const others = ["ui", "source"];

it("The table of commands on hosts has each command with --host, and no other", () => {
  const found = program(undefined, async () => undefined)
    .commands.filter(({ options }) => options.some(({ long }) => long === "--host"))
    .map((command) => command.name())
    .filter((name) => !others.includes(name));
  expect(Object.keys(hostCommands).toSorted()).toEqual(found.toSorted());
});
