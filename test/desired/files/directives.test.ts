import { describe, expect, it } from "vitest";
import { knownKeys } from "../../../src/config/schema/schema.ts";
import { directives, fieldOfDirective } from "../../../src/desired/files/directives.ts";

describe("The field of a directive", () => {
  const nested = (section: "restart" | "resources" | "ready" | "stop" | "hooks" | "worktree") =>
    knownKeys[section].map((key) => `${section}.${key}`);

  it("is known for every directive of a drop-in, and is a key of fleet.yaml", () => {
    const keys = [
      "start",
      ...knownKeys.agent,
      ...nested("restart"),
      ...nested("resources"),
      ...nested("ready"),
      ...knownKeys.serviceReady.map((key) => `ready.${key}`),
      ...nested("stop"),
      ...nested("hooks"),
      ...nested("worktree"),
    ];
    const fields = directives.map(({ name, variable }) => fieldOfDirective(variable ?? name));
    expect(fields.length).toBeGreaterThan(10);
    expect(fields.filter((field) => field === undefined || !keys.includes(field))).toEqual([]);
    expect(fields).toEqual(
      expect.arrayContaining([
        ...nested("restart"),
        ...nested("resources"),
        ...nested("ready"),
        ...nested("stop"),
        ...nested("hooks").filter((key) => key !== "hooks.onWaiting"), // for the watch
        ...nested("worktree").filter((key) => key !== "worktree.workdir"),
      ]),
    );
  });

  it("is unknown for a directive of others", () => {
    expect(fieldOfDirective("Slice")).toBeUndefined();
  });
});
