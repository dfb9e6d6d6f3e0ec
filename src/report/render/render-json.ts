import type { RenderedThing } from "../../render/rendered-files.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { RenderPlan } from "../../render/plan-render.ts";
import { diagnosticToJson } from "../diagnostics.ts";
import { sha256 } from "../../text/digest.ts";

/** Returns the result of a render as its documented JSON object, without contents: they may hold secrets. */
export function renderJson(
  fleet: string,
  out: string,
  { steps, removed }: RenderPlan,
  diagnostics: readonly Diagnostic[],
): unknown {
  return {
    formatVersion: "2.0",
    fleet,
    out,
    files: steps.map(({ thing, result }) => ({ ...identityOf(thing), result })),
    removed,
    diagnostics: diagnostics.map(diagnosticToJson),
  };
}

function identityOf(thing: RenderedThing): object {
  const { kind, path, agent = null } = thing;
  if (thing.kind === "link") return { path, kind, agent, target: thing.target };
  return { path, kind, agent, mode: thing.mode.toString(8).padStart(4, "0"), sha256: sha256(thing.content) };
}
