import type { Layout } from "../../desired/layout.ts";
import type { DesiredFile } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import type { FileEdit } from "../types.ts";
import { editOf } from "../file-edit.ts";
import type { Action, Plan } from "../../plan/types.ts";

/** Every file that a plan writes or removes, as it is beside as it will be, in the order of their paths. No secret is readable. */
export function fileEdits({ actions }: Plan, { files }: Observed, layout: Layout): readonly FileEdit[] {
  return actions
    .flatMap((action) => {
      const wanted = contentOf(action);
      if (wanted === undefined) return [];
      const found = files.get(action.target);
      const before = found?.kind === "file" ? found.content : "";
      return before === wanted ? [] : [editOf(action.target, roleOf(action.target, layout), before, wanted)];
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function contentOf(action: Action): string | undefined {
  if (action.kind === "write-file") return action.content;
  return action.kind === "remove-file" ? "" : undefined;
}

function roleOf(path: string, layout: Layout): DesiredFile["role"] {
  if (path.startsWith(`${layout.envDir}/`)) return path.endsWith(".env") ? "env" : "suspension";
  if (path === layout.holderPath) return "holder";
  if (path === layout.templatePath) return "template";
  return path === layout.scriptPath ? "script" : "drop-in";
}
