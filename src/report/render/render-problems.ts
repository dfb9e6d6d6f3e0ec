import type { Inputs } from "../../desired/inputs.ts";
import type { Diagnostic, DiagnosticCode } from "../../diagnostics/diagnostic.ts";
import type { ForeignThing, RenderPlan } from "../../render/plan-render.ts";
import { envFileTroublePhrase } from "../env-file-phrase.ts";

/** Limit for the foreign files in a message. */
const mostForeign = 10;

/** Refuses a folder with things that were not rendered for this fleet. */
export function foreignProblem(out: string, fleet: string, foreign: readonly ForeignThing[]): Diagnostic {
  const left = foreign.length - mostForeign;
  return {
    severity: "error",
    code: "blocked",
    summary: `${out} contains files that were not rendered for fleet ${fleet}`,
    detail: [
      ...foreign.slice(0, mostForeign).map(foreignLine),
      ...(left > 0 ? [`and ${left} more`] : []),
      "Nothing was changed.",
    ].join("\n"),
    hint: "render into a folder of its own: one that is empty, or not there yet",
  };
}

const foreignWords: Readonly<Record<ForeignThing["kind"], string>> = {
  file: "",
  link: " (a symbolic link)",
  unreadable: " (cannot be read)",
  other: "",
};

function foreignLine({ path, kind, fleet }: ForeignThing): string {
  return `  ${path}${fleet === undefined ? foreignWords[kind] : ` (of fleet ${fleet})`}`;
}

/**
 * Returns a warning for each missing file of fleet.yaml. It is no error here, because the file may exist on the target
 * machine.
 */
export function missingInputs({ envFiles, workdirs }: Inputs): readonly Diagnostic[] {
  const files = [...envFiles].flatMap(([path, input]): readonly Diagnostic[] => {
    if (input.kind === "content" && input.unusableLine === undefined) return [];
    if (input.kind === "content") {
      return [
        renderWarning(
          "invalid-value",
          `line ${input.unusableLine} of envFile ${path} is not NAME=value`,
          "systemd would leave it out, and write it to its journal: fix it before the agents start",
        ),
      ];
    }
    const state = input.kind === "missing" ? "does not exist" : envFileTroublePhrase(input.trouble);
    return [
      renderWarning(
        "file-not-found",
        `envFile ${path} ${state} here`,
        "its content counts as configuration: on a machine that has it, a plan will report a change",
      ),
    ];
  });
  const folders = [...workdirs].flatMap(([path, kind]) =>
    kind === "directory"
      ? []
      : [
          renderWarning(
            "file-not-found",
            `workdir ${path} does not exist here`,
            "it has to be there before its agents are started",
          ),
        ],
  );
  return [...files, ...folders];
}

/** Warns of files edited by hand in the folder. */
export function overwrittenEdits({ steps }: RenderPlan): readonly Diagnostic[] {
  return steps
    .filter(({ wasEdited }) => wasEdited)
    .map(({ thing }) =>
      renderWarning(
        "file-edited",
        `${thing.path} had been edited by hand, and was written again`,
        "to keep a change, put it in fleet.yaml",
      ),
    );
}

function renderWarning(code: DiagnosticCode, summary: string, hint: string): Diagnostic {
  return { severity: "warning", code, summary, hint };
}
