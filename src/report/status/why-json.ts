import type { FieldPlace, FieldPlaces } from "../../config/field-places.ts";
import type { Place } from "../../diagnostics/diagnostic.ts";
import type { WaitingValue } from "../../diffs/plan/waiting-values.ts";
import type { Difference, Explanation } from "../../plan/explain/explain.ts";
import { deviationJson, reasonJson, refusalJson } from "../plan/reason-json.ts";
import { scheduleJson, type RunTimes } from "../json/schedule-json.ts";
import { stepJson } from "../json/step-json.ts";
import { memoryEndJson } from "../json/memory-end-json.ts";
import { waitJson } from "../json/wait-json.ts";
import { valueJson } from "../json/value-json.ts";
import type {
  AgentWhyJson,
  DifferenceJson,
  DefaultJson,
  OriginJson,
  PlaceJson,
  WhyJson,
} from "./why-output.ts";

/** An explanation, with the name of the agent's entry in fleet.yaml. */
export interface Explained {
  readonly explanation: Explanation;
  /** Undefined for an agent that is no longer declared. */
  readonly entry: string | undefined;
  /** The running values to be replaced by a waiting change. */
  readonly values?: readonly WaitingValue[] | undefined;
  /** The runs of its timer; undefined without a schedule. */
  readonly times?: RunTimes | undefined;
}

/** Returns the answer of `fleet why` as its documented JSON object. */
export function whyJson(fleet: string, explained: readonly Explained[], places: FieldPlaces): WhyJson {
  return {
    formatVersion: "2.0",
    fleet,
    agents: explained.map(({ explanation, entry = "", values = [], times }): AgentWhyJson => {
      const { plan, declared, differences, block, completed, lostWorkdir, hindrance, refusals } = explanation;
      const located = (difference: Difference): DifferenceJson => differenceJson(difference, entry, places);
      const place = places.entry(entry);
      return {
        name: plan.name,
        ...stepJson(plan),
        declared: place === undefined ? null : textPlaceJson(place),
        differences: differences.map(located),
        values: values.map(valueJson),
        policy: declared && {
          onChange: { value: declared.onChange, ...originJson(places.field(entry, "onChange")) },
          idleAfter: { ms: declared.idleAfterMs, ...originJson(places.field(entry, "idleAfter")) },
        },
        completed: completed && {
          at: completed.atMs === undefined ? null : new Date(completed.atMs).toISOString(),
        },
        schedule: times && scheduleJson(times),
        lostWorkdir,
        memoryEnd: explanation.memoryEnd && memoryEndJson(explanation.memoryEnd),
        wait: explanation.wait && waitJson(explanation.wait),
        blocked: block && located(block),
        hindrance: hindrance && located(hindrance),
        refusals: refusals.map(refusalJson),
        deviations: (explanation.deviations ?? []).map(deviationJson),
      };
    }),
  };
}

function differenceJson({ change, setIn }: Difference, entry: string, places: FieldPlaces): DifferenceJson {
  const found = setIn.map((field) => ({ field, setIn: places.field(entry, field).map(originOf) }));
  return { ...reasonJson(change), places: found };
}

/** Returns the place of a field with one value; `default` if fleet.yaml does not set it. */
function originJson([first]: readonly FieldPlace[]): OriginJson | DefaultJson {
  return first === undefined ? { from: "default" } : originOf(first);
}

function originOf({ from, place }: FieldPlace): OriginJson {
  return { from, place: textPlaceJson(place) };
}

function textPlaceJson({ file, line, column, source }: Place): PlaceJson {
  return { file, line, column, source };
}
