/** An argument of a tool. */
export interface Parameter {
  readonly kind: "names" | "text" | "flag" | "count" | "duration" | "choices" | "choice";
  readonly description: string;
  readonly isRequired?: boolean;
  /** The values of `choice` and `choices`. */
  readonly values?: readonly string[];
}

/** The arguments of a tool, by name. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** The value of each kind. A duration is in ms. */
interface KindValues {
  readonly names: readonly string[];
  readonly choices: readonly string[];
  readonly text: string;
  readonly choice: string;
  readonly flag: boolean;
  readonly count: number;
  readonly duration: number;
}

/** The values of a call, for the parameters of its tool. */
export type ValuesOf<P extends Parameters> = {
  readonly [N in keyof P]?: KindValues[P[N]["kind"]] | undefined;
};

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const kindSchemas: Readonly<Record<Parameter["kind"], JsonSchema>> = {
  names: { type: "array", items: { type: "string" } },
  choices: { type: "array" },
  text: { type: "string" },
  choice: { type: "string" },
  flag: { type: "boolean" },
  count: { type: "integer", minimum: 1 },
  duration: { type: "string", pattern: "^\\d+(d|h|m|s|ms)( ?\\d+(d|h|m|s|ms))*$" },
};

/** Returns the JSON Schema of the arguments of a tool. */
export function inputSchema(parameters: Parameters): JsonSchema & { readonly type: "object" } {
  const entries = Object.entries(parameters);
  const required = entries.filter(([, { isRequired }]) => isRequired).map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(
      entries.map(([name, { kind, description, values }]) => {
        const choice = values === undefined ? {} : { enum: values };
        const items = kind === "choices" ? { items: { type: "string", ...choice } } : choice;
        return [name, { ...kindSchemas[kind], ...items, description }];
      }),
    ),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}
