import type { Edition } from "./command-pages.ts";
import { head, heading, item, paragraphs, verbatim } from "./roff.ts";

/** A part of a JSON Schema, as far as it is shown. */
interface SchemaKeys {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaKeys>>;
  readonly additionalProperties?: boolean | SchemaKeys;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

const example = `version: 1
runtimes:
  claude: { command: [claude, --model, opus] }
defaults:
  runtime: claude
agents:
  planner: { workdir: ~/src/project }
  coder:
    replicas: 3
    dependsOn: [planner]`;

/** Returns the page of fleet.yaml, in section 5, from its JSON Schema. */
export function filePage(schema: unknown, edition: Edition): string {
  const { properties = {}, description = "" } = schema as SchemaKeys;
  const { agents = {}, defaults = {}, ...top } = properties;
  const perAgent = typeof agents.additionalProperties === "object" ? agents.additionalProperties : {};
  const shared = new Set(Object.keys(defaults.properties ?? {}));
  const lines = [
    ...head({ name: "fleet.yaml", section: 5, purpose: description.replace(/\.$/, ""), ...edition }),
    ...heading("Description"),
    ...paragraphs("The file declares the agents of a fleet. fleet apply brings the machine in line with it."),
    ...heading("Keys"),
    ...keyParagraphs(top, ""),
    ...item("defaults", `${defaults.description ?? ""} Keys: ${[...shared].join(", ")}.`),
    ...item("agents", agents.description ?? ""),
    ...heading("Keys of an agent"),
    ...keyParagraphs(perAgent.properties ?? {}, ""),
    ...heading("Example"),
    ...verbatim(example),
    ...heading("See also"),
    ...paragraphs("fleet(1), fleet-validate(1), fleet-schema(1), systemd.resource-control(5)"),
  ];
  return `${lines.join("\n")}\n`;
}

function keyParagraphs(properties: Readonly<Record<string, SchemaKeys>>, path: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, key]) => {
    const below = key.properties ?? {};
    const named =
      typeof key.additionalProperties === "object" ? (key.additionalProperties.properties ?? {}) : {};
    return [
      ...item(`${path}${name}`, `${key.description ?? ""}${values(key)}`),
      // The defaults of a host have the keys of an agent.
      ...(name === "defaults" ? [] : keyParagraphs(below, `${path}${name}.`)),
      ...keyParagraphs(named, `${path}${name}.NAME.`),
    ];
  });
}

function values({ enum: choices, default: preset, examples }: SchemaKeys): string {
  const exampleText = (value: unknown): string => (typeof value === "string" ? value : flowText(value));
  return [
    ...(choices === undefined ? [] : [` One of: ${choices.map(exampleText).join(", ")}.`]),
    ...(preset === undefined ? [] : [` Default: ${exampleText(preset)}.`]),
    ...(examples === undefined ? [] : [` For example: ${examples.map(exampleText).join("; ")}.`]),
  ].join("");
}

/** Returns a value as YAML has it on one line, with blanks at which the line may break. */
function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${flowText(each)}`)
    .join(", ")} }`;
}
