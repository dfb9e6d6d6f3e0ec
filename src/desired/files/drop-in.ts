import type { Layout } from "../layout.ts";
import { directives, type Directive, type DropInSettings } from "./directives.ts";

const ofUnit = directives.filter(({ section }) => section === "Unit");
const ofService = directives.filter(({ section }) => section === "Service");

/** Returns the drop-in's text without its mark, or undefined if the template says it all. */
export function renderDropIn(settings: DropInSettings, layout: Layout): string | undefined {
  const text =
    sectionText("Unit", ofUnit, settings, layout) + sectionText("Service", ofService, settings, layout);
  return text === "" ? undefined : text;
}

function sectionText(
  name: Directive["section"],
  rows: readonly Directive[],
  settings: DropInSettings,
  layout: Layout,
): string {
  let lines = "";
  for (const directive of rows) {
    const values = directive.values(settings, layout);
    if (values === undefined) continue;
    if (typeof values !== "object") lines += `${directive.name}=${values}\n`;
    else for (const value of values) lines += `${directive.name}=${value}\n`;
  }
  return lines === "" ? "" : `[${name}]\n${lines}`;
}
