// The fleets of the pictures and measurements of the page of `fleet ui`. Their agents are stand-ins.

/** The scenes of agent.sh, each as a runtime that reports what it does. */
const runtimes = ["works", "idle", "asks", "wonders", "limited", "tests"]
  .map((scene) => `  ${scene}: { preset: shell, command: sh ~/work/agent.sh ${scene} }\n`)
  .join("");

/**
 * Returns the fleet.yaml of a team of this size: 0, up to 3, or at least 12 agents. With `isEdited`, it has edits, to be
 * planned.
 *
 * @param {number} size
 * @param {boolean} [isEdited]
 */
export function teamOf(size, isEdited = false) {
  const edit = (/** @type {string} */ text) => (isEdited ? text : "");
  const agents =
    size < 12
      ? ["planner: { runtime: idle }", "coder: {}", "reviewer: { runtime: asks }"].slice(0, size)
      : [
          "planner: { runtime: idle, labels: { team: lead } }",
          `coder: { replicas: ${size - 10}, dependsOn: [planner], env: { MODEL: opus } }`,
          `reviewer: { runtime: asks, dependsOn: [coder], labels: { team: review }${edit(", resources: { memoryMax: 4G }")} }`,
          "security: { runtime: wonders, dependsOn: [coder], labels: { team: review } }",
          `docs: { runtime: limited, dependsOn: [reviewer], labels: { team: docs }${edit(", env: { MODEL: haiku }")} }`,
          `tester: { runtime: tests, dependsOn: [reviewer, security], labels: { team: review }${edit(', env: { SHARD: "1/4" }, onChange: restart')} }`,
          "scribe: { runtime: idle, dependsOn: [docs], labels: { team: docs } }",
          'migrate: { command: "echo 42 migrations applied", run: once, labels: { team: data } }',
          'importer: { command: "sleep 1; echo ImportError: no module named billing >&2; exit 3", restart: { policy: "no" }, labels: { team: data } }',
          "archivist: { runtime: idle, state: stopped, labels: { team: data } }",
          ...(isEdited ? ["translator: { runtime: idle, labels: { team: docs } }"] : []),
        ];
  const services =
    size < 12
      ? ""
      : 'services:\n  preview: { command: "echo listening on :4173; exec sleep infinity", workdir: ~/work/app }\n';
  return `version: 1
runtimes:
${runtimes}defaults:
  runtime: works
  workdir: ~/work/app
  labels: { team: core }
agents:${agents.length === 0 ? " {}\n" : `\n${agents.map((line) => `  ${line}\n`).join("")}`}${services}`;
}

/**
 * Returns a fleet of two hosts: `build1` is the machine of the sandbox, and `build2` does not answer. The sandbox itself is
 * none of the hosts.
 */
export function hostsFleet() {
  return `version: 1
hosts:
  build1: { hostname: build1.example.org, connect: [sh, -c], labels: { gpu: "yes" } }
  build2: { connect: [sh, -c, "echo 'No route to host' >&2; exit 255"] }
runtimes:
${runtimes}defaults: { runtime: works, workdir: ~/work/app, hosts: build1, labels: { team: core } }
agents:
  planner: { runtime: idle }
  coder: { replicas: 6 }
  reviewer: { runtime: asks }
  tester: { runtime: tests, hosts: build2 }
  trainer: { replicas: 3, hosts: build2 }
`;
}
