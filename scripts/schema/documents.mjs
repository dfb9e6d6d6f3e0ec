/**
 * The definitions of a schema by the names of their types.
 *
 * @typedef {Readonly<Record<string, import("ts-json-schema-generator").Schema>>} Definitions
 */

/**
 * The output of a command with --json: the file of its schema, the name of its type in src/report, and the texts of
 * the schema. `adjust` adds rules that types cannot express.
 *
 * @typedef {{
 *   file: string,
 *   type: string,
 *   title: string,
 *   description: string,
 *   adjust?: (definitions: Definitions) => void,
 * }} JsonDocument
 */

/**
 * The outputs that have a schema.
 *
 * @satisfies {readonly JsonDocument[]}
 */
export const documents = /** @type {const} */ ([
  {
    file: "plan.schema.json",
    type: "PlanDocument",
    title: "A plan of mosaic-fleet",
    description:
      "The output of `fleet plan --json` and `fleet diff --json`, and a plan that `fleet plan --out FILE` has saved; or their problems, if there is no plan.",
    // A saved plan has both.
    adjust: (definitions) => {
      Object.assign(definitionOf(definitions, "PlanOutput"), {
        dependentRequired: { origin: ["checksum"], checksum: ["origin"] },
      });
    },
  },
  {
    file: "apply.schema.json",
    type: "ApplyDocument",
    title: "The result of a change by mosaic-fleet",
    description:
      "The output of `fleet apply`, `start`, `stop`, `restart`, `adopt`, `suspend`, `resume`, `destroy`, `watch --install` and `watch --uninstall` with --json; or their problems, if there is no plan.",
  },
  {
    file: "validate.schema.json",
    type: "ValidateDocument",
    title: "The check of a fleet.yaml by mosaic-fleet",
    description: "The output of `fleet validate --json`; or its problems, if fleet.yaml has errors.",
  },
  {
    file: "status.schema.json",
    type: "StatusDocument",
    title: "The state of a fleet of mosaic-fleet",
    description:
      "The output of `fleet status --json` and `fleet wait --json`; or its problems, if the state cannot be read.",
  },
  {
    file: "why.schema.json",
    type: "WhyDocument",
    title: "The explanation of an agent's plan by mosaic-fleet",
    description: "The output of `fleet why --json`; or its problems, if there is no plan.",
  },
  {
    file: "graph.schema.json",
    type: "GraphDocument",
    title: "The graph of a fleet of mosaic-fleet",
    description: "The output of `fleet graph --json`; or its problems, if the state cannot be read.",
  },
  {
    file: "explain.schema.json",
    type: "ExplainDocument",
    title: "A preset of mosaic-fleet",
    description: "The output of `fleet explain --json`; or its problems, if there is no such preset.",
  },
  {
    file: "render.schema.json",
    type: "RenderDocument",
    title: "The files of a fleet, rendered by mosaic-fleet",
    description: "The output of `fleet render --json`; or its problems, if nothing was written.",
  },
  {
    file: "doctor.schema.json",
    type: "DoctorDocument",
    title: "A diagnosis by mosaic-fleet",
    description: "The output of `fleet doctor --json`; or its problems, if an ignored check cannot be saved.",
  },
  {
    file: "logs.schema.json",
    type: "LogsDocument",
    title: "A line of an agent's log of mosaic-fleet",
    description: "One line of `fleet logs --json`; or its problems.",
  },
  {
    file: "send.schema.json",
    type: "SendDocument",
    title: "The result of a send by mosaic-fleet",
    description:
      "The output of `fleet send --json` and `fleet keys --json`; or their problems, if nothing was sent.",
  },
  {
    file: "events.schema.json",
    type: "EventsDocument",
    title: "The events of a fleet of mosaic-fleet",
    description:
      "The output of `fleet events -o json`, one line of `fleet events -o jsonl`, or the problems of the command.",
  },
  {
    file: "worktree.schema.json",
    type: "WorktreeDocument",
    title: "The worktrees of a fleet of mosaic-fleet",
    description: "The output of `fleet worktree --json`; or its problems, if the worktrees cannot be read.",
  },
  {
    file: "history.schema.json",
    type: "HistoryDocument",
    title: "The history of a fleet of mosaic-fleet",
    description: "The output of `fleet history --json`; or its problems.",
  },
  {
    file: "source.schema.json",
    type: "SourceDocument",
    title: "The Git source of a fleet of mosaic-fleet",
    description: "The output of `fleet source --json`; or its problems.",
  },
  {
    file: "hosts.schema.json",
    type: "HostsDocument",
    title: "The machines of a fleet of mosaic-fleet",
    description: "The output of `fleet hosts --json`; or its problems.",
  },
  {
    file: "place.schema.json",
    type: "PlaceDocument",
    title: "The places of the agents of a fleet of mosaic-fleet",
    description: "The output of `fleet place --json`; or its problems.",
  },
  {
    file: "hosts-run.schema.json",
    type: "HostsRunDocument",
    title: "The results of a command on several hosts of mosaic-fleet",
    description: "The output of a command with --host and --json; or its problems.",
  },
  {
    file: "watch.schema.json",
    type: "WatchDocument",
    title: "An event of a watch of mosaic-fleet",
    description: "One line of `fleet watch --json`; or its problems, as its only output, if it cannot start.",
    // Only a note of a plan says what it is about, and then it has data.
    adjust: (definitions) => {
      Object.assign(definitionOf(definitions, "NoteEventJson").properties ?? {}, { about: false });
    },
  },
]);

/**
 * Returns the definition of a type.
 *
 * @param {Definitions} definitions
 * @param {string} name
 * @throws {Error} if the schema has no such definition
 */
export function definitionOf(definitions, name) {
  const definition = definitions[name];
  if (definition === undefined) throw new Error(`the schema defines no ${name}`);
  return definition;
}
