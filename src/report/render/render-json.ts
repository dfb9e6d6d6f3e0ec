import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { RenderPlan, RenderStep } from "../../render/plan-render.ts";
import { diagnosticToJson } from "../diagnostics.ts";
import type { RenderJson } from "./render-output.ts";
import { sha256 } from "../../text/digests/digest.ts";

/** Returns the result of a render as its documented JSON object, without contents: they may hold secrets. */
export function renderJson(
  fleet: string,
  out: string,
  { steps, removed }: RenderPlan,
  diagnostics: readonly Diagnostic[],
): RenderJson {
  return {
    formatVersion: "2.0",
    fleet,
    out,
    files: steps.map(fileJson),
    removed,
    diagnostics: diagnostics.map(diagnosticToJson),
  };
}

function fileJson({ thing, result }: RenderStep): RenderJson["files"][number] {
  const { path, agent = null } = thing;
  return thing.kind === "link"
    ? { path, kind: "link", agent, target: thing.target, result }
    : {
        path,
        kind: "file",
        agent,
        mode: thing.mode.toString(8).padStart(4, "0"),
        sha256: sha256(thing.content),
        result,
      };
}
