import type { FieldPlace } from "../../config/field-places.ts";
import type { Place } from "../../diagnostics/diagnostic.ts";
import type { DeviationJson, Problems, ReasonJson, RefusalJson } from "../json/shared-output.ts";
import type { MemoryEndJson } from "../json/memory-end-json.ts";
import type { WaitJson } from "../json/wait-json.ts";
import type { ValueJson } from "../json/value-json.ts";
import type { ScheduleJson } from "../json/schedule-json.ts";
import type { StepJson } from "../json/step-json.ts";

/** A place in fleet.yaml. */
export interface PlaceJson extends Pick<Place, "file" | "line" | "column" | "source"> {}

/** The origin of a value in fleet.yaml. */
export interface OriginJson extends Pick<FieldPlace, "from"> {
  readonly place: PlaceJson;
}

/** The origin of a value fleet.yaml does not set. */
export interface DefaultJson {
  readonly from: "default";
}

/** The places of one field of fleet.yaml. */
interface FieldJson {
  /** The name of the field, such as `env.MODEL`. */
  readonly field: string;
  /** Several for merged lists; empty if fleet.yaml does not set it. */
  readonly setIn: readonly OriginJson[];
}

/** A difference, with the places of its fields in fleet.yaml. */
export type DifferenceJson = ReasonJson & { readonly places: readonly FieldJson[] };

/** The policy for changes that interrupt work, with its origin. */
interface PolicyJson {
  /** The words are written out, for the generator of the schema; whyJson checks them. */
  readonly onChange: { readonly value: "restart" | "when-idle" | "keep" } & (OriginJson | DefaultJson);
  readonly idleAfter: { readonly ms: number } & (OriginJson | DefaultJson);
}

/** The way from the lines of fleet.yaml to the plan for one agent. */
export type AgentWhyJson = StepJson & {
  readonly name: string;
  /** Its entry in fleet.yaml; null for an undeclared agent. */
  readonly declared: PlaceJson | null;
  /** Everything that differs, even if nothing can be done about it now. */
  readonly differences: readonly DifferenceJson[];
  /** The running values to be replaced by a waiting change; secrets are masked. */
  readonly values: readonly ValueJson[];
  /** Absent for an undeclared agent. */
  readonly policy?: PolicyJson | undefined;
  /** Present if there is nothing to do because its work is done; `at` is in ISO 8601, null if unknown. */
  readonly completed?: { readonly at: string | null } | undefined;
  /** The runs of its timer. Absent without a schedule. */
  readonly schedule?: ScheduleJson | undefined;
  /** Its removed working directory. */
  readonly lostWorkdir?: string | undefined;
  /** The end of its last run. Absent if it was not because memory ran out. */
  readonly memoryEnd?: MemoryEndJson | undefined;
  /** The step of its start or stop systemd waits for. */
  readonly wait?: WaitJson | undefined;
  /** The obstacle to changes of this agent. */
  readonly blocked?: DifferenceJson | undefined;
  /** The obstacle to changes of the whole fleet. */
  readonly hindrance?: DifferenceJson | undefined;
  /** Guards that refuse the plan as a whole. */
  readonly refusals: readonly RefusalJson[];
  readonly deviations: readonly DeviationJson[];
};

/** The explanation of the plan for an agent, or for each replica of an entry. */
export interface WhyJson {
  readonly formatVersion: "2.0";
  /** The name of the fleet. */
  readonly fleet: string;
  readonly agents: readonly AgentWhyJson[];
}

/**
 * The output of `fleet why --json`; npm run schema writes why.schema.json from it.
 * @public
 */
export type WhyDocument = WhyJson | Problems;
