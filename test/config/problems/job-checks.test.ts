import { describe, expect, it } from "vitest";
import { parseFleet } from "../../../src/config/parse.ts";
import { diagnosticsOf, errorsOf, hintsOf } from "../../support/config/errors-of.ts";

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
