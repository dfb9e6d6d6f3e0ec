import { describe, expect, it } from "vitest";
import { parseFleet } from "../../../src/config/parse.ts";

const agents =
  "agents:\n  planner: { command: x }\n  tester: { command: x, profiles: night }\n" +
  "  releaser: { command: x, profiles: [release, night] }\n" +
  "services:\n  proxy: { command: x, profiles: release }\n";

/** Returns the state of each entry. */
function statesOf(active: string): unknown {
  const parsed = parseFleet(`version: 1\n${active}${agents}`, "fleet.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return Object.fromEntries(
    Object.entries(parsed.value.agents).map(([name, { state, isInactive }]) => [
      name,
      isInactive === true ? `${state ?? ""}, inactive` : (state ?? "as usual"),
    ]),
  );
}

describe("profiles", () => {
  it("stop the agents and services that have none of the active ones", () => {
    const stopped = "stopped, inactive";
    expect(statesOf("activeProfiles: [release]\n")).toEqual({
      planner: "as usual",
      tester: stopped,
      releaser: "as usual",
      proxy: "as usual",
    });
    expect(statesOf("")).toEqual({ planner: "as usual", tester: stopped, releaser: stopped, proxy: stopped });
  });

  it.each([
    ["activeProfiles: [nigth]", 'no agent has the profile "nigth"', 'did you mean "night"?'],
    ["profiles: [night]", 'unknown key "profiles" in the fleet', "is a key of an agent and a service"],
    ["profile: night", 'unknown key "profile" in the fleet', "activeProfiles"],
    ["activeProfiles: night", "activeProfiles must be a list", ""],
  ])("are refused with a place and a hint: %s", (line, summary, hint) => {
    const parsed = parseFleet(`version: 1\n${line}\n${agents}`, "fleet.yaml");
    if (parsed.ok) throw new Error("accepted");
    expect(parsed.diagnostics).toHaveLength(1);
    expect(parsed.diagnostics[0]).toMatchObject({ place: { line: 2 } });
    expect(parsed.diagnostics[0]?.summary).toContain(summary);
    expect(parsed.diagnostics[0]?.hint ?? "").toContain(hint);
  });
});
