/** A change in the file named by the page as the start. */
export interface Start {
  readonly change: string;
  readonly file: string;
  /** The line below the addition. */
  readonly above: string;
  readonly addition: string;
  /** The files that have to follow, and the compiler's errors about the missing part. */
  readonly follow: Readonly<Record<string, string>>;
}

/** The first step of each change that the compiler follows up. */
export const starts: readonly Start[] = [
  {
    change: "a key of resources",
    file: "src/config/schema/entry-maps.ts",
    above: "  tasksMax: key(",
    addition: '  ioWeight: key(() => wholeNumber(1, 10_000), "Share of the disks when they are busy."),',
    follow: { "src/desired/files/directives.ts": "resources.ioWeight" },
  },
  {
    change: "a key of an agent",
    file: "src/config/schema/schema.ts",
    above: "  formerly: key(",
    addition: '  color: key(line, "The colour of its status line."),',
    follow: { "src/desired/marks/fields.ts": "color", "src/config/schema/schema.ts": "color" },
  },
  {
    change: "a key of the fleet",
    file: "src/config/schema/schema.ts",
    above: "  sendFromAgents: key(",
    addition: '  motto: key(line, "Its motto."),',
    follow: { "src/config/schema/schema.ts": "Property 'motto' is incompatible" },
  },
  {
    change: "a key of a host",
    file: "src/config/schema/hosts.ts",
    above: "  connect: key(",
    addition: '  jump: key(line, "A host on the way."),',
    follow: { "src/config/hosts/declared-route.ts": "jump" },
  },
  {
    change: "a guard",
    file: "src/plan/allowances.ts",
    above: '  | { readonly guard: "own-session"; ',
    addition: '  | { readonly guard: "mass-restart"; readonly all: number }',
    follow: {
      "src/plan/allowances.ts": "mass-restart",
      "src/plan/fleet/guards.ts": "mass-restart",
      "src/report/plan/refusal-text.ts": "lacks ending return statement",
    },
  },
  {
    change: "a format",
    file: "src/commands/shared/plan-formats.ts",
    above: "  diff: {",
    addition: '  junit: { isChoice: true, json: "never", annotates: false },',
    follow: { "src/commands/plan/show-plan.ts": "junit" },
  },
  {
    change: "a reason",
    file: "src/plan/change.ts",
    above: '  | { readonly reason: "link-missing"',
    addition: '  | { readonly reason: "link-misplaced" }',
    follow: {
      "src/plan/change.ts": "link-misplaced",
      "src/report/change-text.ts": "link-misplaced",
    },
  },
  {
    change: "a reason for a restart",
    file: "src/plan/change.ts",
    above: '  | { readonly reason: "session-gone" ',
    addition: '  | { readonly reason: "session-doubled" }',
    follow: {
      "src/plan/change.ts": "session-doubled",
      "src/report/change-text.ts": "session-doubled",
    },
  },
  {
    change: "a field of the status",
    file: "src/plan/explain/status.ts",
    above: "  readonly restarts: number;",
    addition: "  readonly starts: number;",
    follow: { "src/plan/explain/status.ts": "starts", "src/report/status/status-json.ts": "starts" },
  },
  {
    change: "a finding",
    file: "src/doctor/finding.ts",
    above: '  | { readonly kind: "no-fleet-file" }',
    addition: '  | { readonly kind: "disk-full" }',
    follow: { "src/report/doctor/finding-text.ts": "disk-full" },
  },
  {
    change: "an action",
    file: "src/plan/types.ts",
    above: "  /** `target` is the agent's own pane, `%N`. */",
    addition: '  | (ActionBase & { readonly kind: "freeze" })',
    follow: {
      "src/plan/order.ts": "lacks ending return statement",
      "src/plan/saved/preconditions.ts": "lacks ending return statement",
      "src/apply/perform/perform-call.ts": "lacks ending return statement",
      "src/apply/perform/inspect-failed-call.ts": "lacks ending return statement",
      "src/report/apply/apply-text.ts": "freeze",
    },
  },
  {
    change: "a wait",
    file: "src/plan/agent-plan.ts",
    above: "  /** It has to end on another host first. */",
    addition: "  quiet: { isByPolicy: false, leadsToEnd: false, isPolled: false },",
    follow: {
      "src/report/plan/agents/hold-text.ts": "quiet",
    },
  },
  {
    change: "a wait of a start",
    file: "src/observed/types.ts",
    above: "    /** For agents it depends on. */",
    addition: '    | "network"',
    follow: {
      "src/observe/runtime/wait.ts": "network",
      "src/plan/view/current-wait.ts": "network",
      "src/report/json/wait-json.ts": "not assignable",
      "src/report/phrases.ts": "lacks ending return statement",
      "src/report/table/columns.ts": "network",
      "src/report/status/why-text.ts": "lacks ending return statement",
    },
  },
  {
    change: "an event of a watch",
    file: "src/events/watch-events.ts",
    above: '  | { readonly kind: "note"; ',
    addition: '  | { readonly kind: "weather" }',
    follow: {
      "src/report/watch/watch-text.ts": "weather",
      "src/report/watch/watch-json.ts": "lacks ending return statement",
      "src/notify/notice.ts": "weather",
    },
  },
  {
    change: "a column of the status",
    file: "src/report/table/column-names.ts",
    above: "  desired: undefined,",
    addition: "  starts: undefined,",
    follow: { "src/report/table/columns.ts": "starts" },
  },
  {
    change: "an exit code",
    file: "src/commands/shared/exit-codes.ts",
    above: "  usage: 64,",
    addition: "  outOfLuck: 8,",
    follow: { "src/commands/shared/exit-codes.ts": "outOfLuck" },
  },
  {
    change: "a code of problems",
    file: "src/diagnostics/diagnostic.ts",
    above: '  | "internal"',
    addition: '  | "out-of-luck"',
    follow: { "src/commands/shared/exit-codes.ts": "out-of-luck" },
  },
];

/** A key for the planner alone, in all its files. */
export const plannerKey: readonly Omit<Start, "change" | "follow">[] = [
  {
    file: "src/config/schema/schema.ts",
    above: "  formerly: key(",
    addition: '  hushed: key(flag, "Say nothing of it.", { default: false }),',
  },
  {
    file: "src/config/schema/schema.ts",
    above: "    labels: ofAgent.labels,",
    addition: "    hushed: ofAgent.hushed,",
  },
  {
    file: "src/desired/planner-values.ts",
    above: "  protect: false,",
    addition: "  hushed: false,",
  },
  {
    file: "src/plan/explain/explain.ts",
    above: "/** Explains a plan's entry",
    addition: "export const isHushed = ({ hushed }: DesiredAgent): boolean => hushed;\n",
  },
];
