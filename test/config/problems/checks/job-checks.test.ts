import { describe, expect, it } from "vitest";
import { parseFleet } from "../../../../src/config/parse.ts";
import { diagnosticsOf, errorsOf, hintsOf } from "../../../support/config/errors-of.ts";

const fleet = (agent: string, rest = ""): string =>
  `version: 1\n${rest}agents:\n  seed: { command: ./seed, ${agent} }\n`;
const service = (keys: string): string =>
  `version: 1\ndefaults: { restart: { policy: always } }\nservices:\n  seed: { command: ./seed, ${keys} }\n`;

describe("run: once", () => {
  it("contradicts a policy that starts it again after each end, also one of the defaults", () => {
    const wrong = fleet("run: once, restart: { policy: always }");
    expect(errorsOf(wrong)).toEqual(["3:33 invalid-value [once]"]);
    expect(diagnosticsOf(wrong)[0]?.summary).toBe('agent "seed" has run: once, but restart.policy: always');
    expect(hintsOf(wrong)).toEqual([expect.stringContaining("policy: on-failure")]);
    expect(
      errorsOf(fleet("run: once", "defaults: { restart: { policy: always, delay: 2s } }\n")),
    ).toHaveLength(1);
  });

  it("goes with each other policy, and a service has no policy of the defaults", () => {
    for (const policy of ["no", "until-success", "on-failure", "on-abnormal"]) {
      expect(parseFleet(fleet(`run: once, restart: { policy: ${policy} }`), "fleet.yaml").ok).toBe(true);
    }
    expect(parseFleet(service("run: once"), "fleet.yaml").ok).toBe(true);
    expect(errorsOf(service("run: once, restart: { policy: always }"))).toEqual([
      "4:33 invalid-value [once]",
    ]);
  });

  it("contradicts a schedule, as run: continuously does until-success", () => {
    expect(hintsOf(fleet("run: once, schedule: daily"))).toEqual(["remove one of the two"]);
    expect(hintsOf(fleet("run: continuously, restart: { policy: until-success }"))).toEqual([
      "write restart: { policy: on-failure }, or run: once",
    ]);
  });
});

describe("dependsOn with a completion", () => {
  const waiting = (seed: string, dependsOn = "{ seed: completed }"): string =>
    `version: 1\nagents:\n  app: { command: serve, dependsOn: ${dependsOn} }\n  seed: { command: ./seed${seed} }\n`;

  it("waits for jobs, and for replicas of jobs", () => {
    for (const text of [
      waiting(", run: once"),
      waiting(', restart: { policy: "no" }'),
      waiting(", run: once, replicas: 2", "{ seed-2: completed }"),
      waiting("", "{ seed: started }"),
    ]) {
      const parsed = parseFleet(text, "fleet.yaml");
      expect(parsed.ok && parsed.value.agents["app"]?.dependsOn).toHaveLength(1);
    }
  });

  it("names a target that never completes its work", () => {
    expect(errorsOf(waiting(""))).toEqual(["3:45 invalid-value [completed]"]);
    expect(hintsOf(waiting(""))).toEqual(['add run: once to "seed", or write seed: started']);
    expect(hintsOf(waiting(", schedule: daily"))).toEqual(["write seed: started, or remove the schedule"]);
  });

  it("has the checks of a list, and hints for the words of other tools", () => {
    expect(errorsOf(waiting(", run: once", "{ sed: completed }"))).toEqual(["3:39 unknown-dependency [sed]"]);
    expect(errorsOf(waiting(", run: once, dependsOn: [app]"))).toEqual([
      expect.stringContaining("dependency-cycle"),
    ]);
    const word = "service_completed_successfully";
    for (const written of [word, `{ condition: ${word} }`]) {
      expect(hintsOf(waiting(", run: once", `{ seed: ${written} }`))).toEqual(['did you mean "completed"?']);
    }
    expect(diagnosticsOf(waiting(", run: once", "seed"))[0]?.summary).toBe(
      'dependsOn in agent "app" must be a list of names, or a map of names with started or completed, got "seed"',
    );
  });
});
