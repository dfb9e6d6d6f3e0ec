import { describe, expect, it } from "vitest";
import { knownKeys } from "../../../src/config/schema/schema.ts";
import { fieldOfDirective } from "../../../src/desired/files/directives.ts";
import { desiredOf } from "../../support/plan/resolved.ts";

describe("The field of a directive", () => {
  it("is known for every directive of a drop-in, and is a key of fleet.yaml", () => {
    const rich = {
      command: "x",
      description: "d",
      dependsOn: ["other"],
      envFiles: ["~/x.env"],
      restart: { policy: "always", delay: "2s", limit: 3, window: "10m" },
      stopTimeout: "5s",
      resources: { memoryMax: "8G", memoryHigh: "4G", cpuQuota: "200%", cpuWeight: 50, tasksMax: 9 },
    };
    const { agents } = desiredOf({ agents: { other: { command: "x" }, rich } });
    const text = agents.find(({ name }) => name === "rich")?.dropIn?.content.split("[X-Fleet]")[0] ?? "";
    const directives = new Set([...text.matchAll(/^(\w+)=/gm)].map(([, name = ""]) => name));
    const nested = (section: "restart" | "resources") => knownKeys[section].map((key) => `${section}.${key}`);
    const keys = [...knownKeys.agent, ...nested("restart"), ...nested("resources")];
    const fields = [...directives].map((directive) => fieldOfDirective(directive));
    expect(directives.size).toBe(14);
    expect(fields.filter((field) => field === undefined || !keys.includes(field))).toEqual([]);
    expect(new Set(fields)).toEqual(
      new Set([
        "description",
        "dependsOn",
        "envFiles",
        "stopTimeout",
        ...nested("restart"),
        ...nested("resources"),
      ]),
    );
    expect(fieldOfDirective("Slice")).toBeUndefined();
  });
});
