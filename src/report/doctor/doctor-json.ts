import type { Diagnosis, Facts, Finding, Fix } from "../../doctor/finding.ts";
import { hasFinding } from "../../doctor/compose-diagnosis.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { diagnosticToJson } from "../diagnostics.ts";
import { deviationJson, noteJson, reasonJson } from "../plan/reason-json.ts";
import type { DoctorJson, FactsJson, FindingJson } from "./doctor-output.ts";
import { memoryEndJson } from "../json/memory-end-json.ts";
import { findingText } from "./finding-text.ts";

/** Returns a diagnosis, and what was done about it, as its documented JSON object. */
export function doctorJson(
  diagnosis: Diagnosis,
  fixes: readonly { readonly fix: Fix; readonly isDone: boolean }[],
  problems: readonly Diagnostic[],
): DoctorJson {
  const { fleet, checked, findings } = diagnosis;
  return {
    formatVersion: "2.0",
    fleet: fleet ?? null,
    healthy: !hasFinding(diagnosis, "broken"),
    checked,
    findings: findings.map(findingJson),
    fixed: fixes.map(({ fix, isDone }) => ({ fix, done: isDone })),
    diagnostics: problems.map(diagnosticToJson),
  };
}

function findingJson(finding: Finding): FindingJson {
  const { check, severity, fix } = finding;
  const { message, evidence, command } = findingText(finding);
  return {
    check,
    severity,
    ...factsJson(finding),
    message,
    ...(evidence === undefined ? {} : { evidence }),
    ...(command === undefined ? {} : { command }),
    ...(fix === undefined ? {} : { fix }),
  };
}

function factsJson(facts: Facts): FactsJson {
  if (facts.kind === "problem")
    return { kind: facts.kind, problem: diagnosticToJson(facts.problem), more: facts.more };
  if (facts.kind === "note") return { kind: facts.kind, note: noteJson(facts.note) };
  if (facts.kind === "deviation") return { kind: facts.kind, deviation: deviationJson(facts.deviation) };
  if (facts.kind === "agent-blocked")
    return { kind: facts.kind, agents: facts.agents, change: reasonJson(facts.change) };
  if (facts.kind === "memory-ran-out") return { ...facts, memoryEnd: memoryEndJson(facts.memoryEnd) };
  if (facts.kind === "agent-failed") {
    const { memoryEnd, ...rest } = facts;
    return memoryEnd === undefined ? rest : { ...rest, memoryEnd: memoryEndJson(memoryEnd) };
  }
  return facts;
}
