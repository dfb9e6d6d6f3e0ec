/** Replacements for words of other tools, in a key that takes one of a few words. */
const byKey: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  onChange: {
    never: 'did you mean "keep"?',
    no: 'did you mean "keep"?',
    none: 'did you mean "keep"?',
    ignore: 'did you mean "keep"?',
    manual: 'did you mean "keep"?',
    false: 'did you mean "keep"?',
    always: 'did you mean "restart"?',
    now: 'did you mean "restart"?',
    immediately: 'did you mean "restart"?',
    recreate: 'did you mean "restart"?',
    reload: 'did you mean "restart"?',
    true: 'did you mean "restart"?',
    idle: 'did you mean "when-idle"?',
    wait: 'did you mean "when-idle"?',
    later: 'did you mean "when-idle"?',
    "on-idle": 'did you mean "when-idle"?',
  },
  "hosts.state": {
    ignored: 'did you mean "ignore"?',
    disabled: 'did you mean "ignore"?',
    off: 'did you mean "ignore"?',
    down: 'did you mean "ignore"?',
    maintenance: 'did you mean "ignore"?',
    enabled: 'did you mean "active"?',
    on: 'did you mean "active"?',
    up: 'did you mean "active"?',
    drain: "write drain: true",
    drained: "write drain: true",
  },
  state: {
    started: 'did you mean "running"?',
    start: 'did you mean "running"?',
    up: 'did you mean "running"?',
    on: 'did you mean "running"?',
    active: 'did you mean "running"?',
    enabled: 'did you mean "running"?',
    present: 'did you mean "running"?',
    true: 'did you mean "running"?',
    stop: 'did you mean "stopped"?',
    down: 'did you mean "stopped"?',
    off: 'did you mean "stopped"?',
    inactive: 'did you mean "stopped"?',
    disabled: 'did you mean "stopped"?',
    exited: 'did you mean "stopped"?',
    false: 'did you mean "stopped"?',
    paused: "write running, and have apply leave it alone with: fleet suspend AGENT",
    suspended: "write running, and have apply leave it alone with: fleet suspend AGENT",
    absent: "remove the agent from the file",
    removed: "remove the agent from the file",
    restarted: "write running, and restart it with: fleet restart AGENT",
  },
  dependsOn: {
    service_completed_successfully: 'did you mean "completed"?',
    process_completed_successfully: 'did you mean "completed"?',
    process_completed: 'did you mean "completed"?',
    complete: 'did you mean "completed"?',
    done: 'did you mean "completed"?',
    success: 'did you mean "completed"?',
    succeeded: 'did you mean "completed"?',
    finished: 'did you mean "completed"?',
    exited: 'did you mean "completed"?',
    service_started: 'did you mean "started"?',
    process_started: 'did you mean "started"?',
    service_healthy: 'did you mean "started"? It waits for ready, too',
    process_healthy: 'did you mean "started"? It waits for ready, too',
    healthy: 'did you mean "started"? It waits for ready, too',
    ready: 'did you mean "started"? It waits for ready, too',
    running: 'did you mean "started"?',
    true: 'did you mean "started"?',
  },
  run: {
    one: 'did you mean "once"?',
    oneshot: 'did you mean "once"?',
    "one-shot": 'did you mean "once"?',
    job: 'did you mean "once"?',
    task: 'did you mean "once"?',
    always: 'did you mean "continuously"?',
    forever: 'did you mean "continuously"?',
    daemon: 'did you mean "continuously"?',
    false: "did you mean state: stopped?",
    true: "did you mean state: running?",
  },
  policy: {
    never: 'did you mean "no"?',
    none: 'did you mean "no"?',
    off: 'did you mean "no"?',
    false: 'did you mean "no"?',
    "unless-stopped": 'did you mean "always"?',
    any: 'did you mean "always"?',
    yes: 'did you mean "always"?',
    on: 'did you mean "always"?',
    true: 'did you mean "always"?',
    failure: 'did you mean "on-failure"?',
    error: 'did you mean "on-failure"?',
    on_failure: 'did you mean "on-failure"?',
    onfailure: 'did you mean "on-failure"?',
    crash: 'did you mean "on-abnormal"?',
    "on-abort": 'did you mean "on-abnormal"?',
    "on-crash": 'did you mean "on-abnormal"?',
  },
};

/**
 * Returns the hint for a value of `onChange`, `state`, `run`, `dependsOn` or `restart.policy`; undefined for a word of no known
 * tool.
 */
export function wordHabit(key: string, value: unknown): string | undefined {
  // compose and process-compose have a map around the word.
  if (key === "dependsOn" && typeof value === "object" && value !== null && "condition" in value)
    return wordHabit(key, value.condition);
  if (typeof value !== "string" && typeof value !== "boolean") return undefined;
  const words = Object.hasOwn(byKey, key) ? byKey[key] : undefined;
  const word = String(value).toLowerCase();
  // In many tools, `run` is the command.
  if (key === "run" && /[\s./]/.test(word)) return `did you mean command: ${String(value)}?`;
  return words !== undefined && Object.hasOwn(words, word) ? words[word] : undefined;
}
