import type { Layout } from "../layout.ts";
import type { Directive, DropInSettings } from "./directive.ts";
import { directives } from "./directives.ts";

/** The settings of one agent, for its drop-in or for the unit file of a service. */
export interface DropIn {
  /** The sections without a mark. */
  readonly text: string;
  /** True if it contains a command, which may contain a secret. */
  readonly hasCommand: boolean;
}

const ofUnit = directives.filter(({ section }) => section === "Unit");
const ofService = directives.filter(({ section }) => section === "Service");
const commands = directives.filter(({ isCommand }) => isCommand === true);

/** Returns the drop-in, or undefined if the template says it all. */
export function renderDropIn(settings: DropInSettings, layout: Layout): DropIn | undefined {
  const text =
    sectionText("Unit", ofUnit, settings, layout) + sectionText("Service", ofService, settings, layout);
  if (text === "") return undefined;
  return { text, hasCommand: commands.some(({ values }) => values(settings, layout) !== undefined) };
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
