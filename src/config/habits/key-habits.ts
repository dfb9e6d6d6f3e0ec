import type { Section } from "../schema/schema.ts";

/** The local equivalent of another tool's key. */
export type KeyHabit =
  /** Another name for it, in the same map, or below a key of it: `resources.memoryMax`. */
  | { readonly kind: "key"; readonly key: string }
  /** There is nothing like it. */
  | { readonly kind: "absent"; readonly see: string };

/** By section: our key, and the words of other tools for it, in lower case and without - and _. */
const agentKeys: Readonly<Record<string, string>> = {
  workdir: "cwd dir directory workingdir workingdirectory startdirectory root path chdir folder projectdir",
  env: "environment enviroment environ envs environmentvariables envvars",
  envFiles: "envfile envfrom environmentfile environmentfiles dotenv",
  command:
    "cmd exec execstart args arg entrypoint shell shellcommand shellcommandbefore program script process commands",
  runtime: "image type kind tool cli interpreter",
  state: "enabled disabled autostart status active enable desiredstate started",
  replicas: "count instances numprocs scale copies size number parallel",
  description: "desc title summary comment note about",
  dependsOn: "after requires needs wants require depends links",
  "restart.policy": "restartpolicy autorestart restartmode",
  "restart.delay": "restartsec restartdelay backoff",
  "restart.limit": "maxrestarts startretries maxretries",
  "resources.memoryMax": "memory mem memlimit memorymax memorylimit maxmemory maxmemoryrestart limits ram",
  "resources.memoryHigh": "memoryhigh memreservation memoryreservation",
  "resources.cpuQuota": "cpus cpu cpulimit cpuquota",
  "resources.cpuWeight": "cpushares cpuweight",
  "resources.tasksMax": "pidslimit tasksmax pids maxprocesses",
  stopTimeout:
    "stopgraceperiod timeout killtimeout timeoutstopsec graceperiod terminationgraceperiodseconds stopwaitsecs",
  ready: "readinessprobe readiness probe",
  "ready.output": "readylogline readyline",
  worktree: "worktrees git repo repository gitworktree checkout isolation",
  hooks: "hook lifecycle",
  "hooks.preStart": "prestart beforescript onstart before beforestart init setup",
  "hooks.postStart": "poststart afterstart",
  "hooks.preStop": "prestop onstop beforestop",
  "hooks.onFailure": "onfailure onerror onfail",
  "hooks.onWaiting": "onwaiting onask onattention onpermission",
  "stop.keys": "keys stopkeys",
  "stop.send": "send stopcommand stopword exitcommand quitcommand",
  stop: "shutdown stopsignal killsignal",
  idleAfter: "idle idletimeout quiet quietafter",
  onChange: "onupdate updatepolicy updatestrategy strategy onedit",
  protect: "protected preventdestroy lock",
  run: "oneshot once runonce runs",
  schedule: "cron timer calendar oncalendar crontab when",
  log: "logs logging logfile logfiles loglocation logpath outfile stdout stderr",
  labels: "tags annotations metadata meta",
  hosts: "host machine machines node nodes nodeselector placement",
  profiles: "profile",
  windows: "window panes pane tabs tab splits layout",
};

const paneHabits: Readonly<Record<string, string>> = {
  command: agentKeys["command"] ?? "",
  workdir: agentKeys["workdir"] ?? "",
  env: agentKeys["env"] ?? "",
  restart: "autorestart respawn",
};

/** A service has no pane, no program that is known, and its log is the journal. */
const serviceKeys = Object.fromEntries(
  Object.entries(agentKeys).filter(
    ([key]) => !/^(?:runtime|idleAfter|log|ready\.output|stop(?:\..*)?)$/.test(key),
  ),
);

const bySection: Readonly<Record<Section, Readonly<Record<string, string>>>> = {
  fleet: {
    agents: "processes procs programs apps containers windows panes sessions workers tasks jobs units",
    services: "service daemons daemon sidecars sidecar background helpers",
    runtimes: "images commands tools",
    defaults: "default common base globals global",
    name: "project projectname sessionname title fleet namespace",
    version: "apiversion formatversion",
    notify: "notifications notification notifier notifiers alerts alert webhooks webhook",
    include: "includes imports import extends files",
    hosts: "host machines machine nodes inventory servers",
    rollout: "rollouts deploy deployment updateconfig rollingupdate",
    activeProfiles: "profile activeprofile enabledprofiles",
    start: "pace pacing stagger staggerstart startup throttle ratelimit",
    "start.parallel": "parallel parallelism maxparallel concurrency maxconcurrency",
    "start.interval": "startdelay startinterval staggerdelay",
    "tmux.socket": "socket socketname tmuxsocket",
    "tmux.config": "tmuxconfig tmuxconf",
    "defaults.env": "environment",
    "defaults.log": "log logs logging logfile logfiles loglocation",
    "defaults.workdir": "root startdirectory cwd workingdir",
  },
  host: {
    hostname: "fqdn machine",
    ssh: "address addr ip target",
    connect: "via transport",
    labels: "tags roles role groups annotations",
    defaults: "default common vars hostvars",
    state: "status enabled disabled active skip ignore ignored maintenance",
    "defaults.env": "env environment variables",
    "defaults.workdir": "workdir cwd",
  },
  rollout: {
    canary: "canaries first",
    batch: "batchsize batches parallel parallelism serial maxparallel atonce",
    soak: "wait pause delay bake monitor minreadyseconds interval",
    maxUnavailable: "maxfailures maxfail maxfailpercentage maxfailureratio tolerance",
    onFailure: "failureaction onerror anyerrorsfatal ignoreerrors keepgoing",
  },
  tmux: { socket: "socketname name session", config: "conf configfile file tmuxconf" },
  start: {
    parallel: "parallelism maxparallel concurrency max limit count batch serial atonce number",
    interval: "delay wait period every pause stagger window per seconds rate",
    jitter: "random randomness randomizeddelay randomizeddelaysec spread",
    holdAfter: "maxfailures failures breaker circuitbreaker failureaction maxfailureratio stopafter",
  },
  receiver: {
    on: "events event topics when for",
    command: "cmd exec run script shell program",
    webhook: "url address http post slack discord",
    webhookFile: "urlfile",
    desktop: "notifysend libnotify popup",
    bell: "beep sound",
    every: "interval throttle rate debounce cooldown",
  },
  runtime: {
    command: agentKeys["command"] ?? "",
    preset: "extends type kind tool agent",
    resume: "continue session conversation",
    enterDelay: "delay pastedelay submitdelay",
    screen: "patterns",
    start: "pace pacing stagger throttle ratelimit",
  },
  screen: {
    prompt: "idle ready readypattern promptpattern",
    busy: "working busypattern",
    dialogs: "dialog waiting permission questions",
    limits: "limit limited ratelimit",
  },
  defaults: agentKeys,
  hostDefaults: agentKeys,
  agent: agentKeys,
  service: serviceKeys,
  restart: {
    policy: "condition when on mode type",
    delay: "sec wait interval backoff pause restartsec",
    limit: "maxretries maximumretrycount maxattempts retries attempts burst startlimitburst max",
    window: "period startlimitinterval startlimitintervalsec per",
  },
  resources: {
    memoryMax: "memory mem limit memorylimit ram max",
    memoryHigh: "reservation memoryreservation soft high",
    cpuQuota: "cpu cpus quota",
    cpuWeight: "shares cpushares weight",
    tasksMax: "pids tasks processes nproc pidslimit",
  },
  log: {
    maxSize: "size max maxbytes limit rotatesize",
    keep: "files maxfiles maxfile rotate backups maxbackups count",
  },
  ready: {
    exec: "command cmd test run script http httpget check",
    output: "log logline readylogline regex pattern line match",
    title: "windowtitle name",
    timeout: "wait limit timeoutseconds initialdelayseconds startperiod",
    onTimeout: "onfailure action policy",
  },
  serviceReady: {
    exec: "command cmd test run script http httpget check",
    notify: "sdnotify systemd type",
    timeout: "wait limit timeoutseconds initialdelayseconds startperiod",
    onTimeout: "onfailure action policy",
  },
  schedule: {
    at: "cron calendar oncalendar times time when on every",
    catchUp: "persistent catchup missed anacron",
    spread: "jitter randomizeddelay randomizeddelaysec delay splay",
  },
  hooks: {
    preStart: "before beforestart start init setup onstart",
    postStart: "after afterstart started onready",
    preStop: "beforestop stop onstop shutdown teardown",
    onFailure: "failure failed onerror onfail oncrash",
    timeout: "wait limit",
  },
  worktree: {
    repo: "repository root project dir url source git",
    branch: "name branchname head ref",
    from: "base basebranch baseref mainbranch main startpoint createfrom parent upstream",
    path: "worktreedir worktreepath location folder directory target",
    workdir: "cwd subdir subfolder subdirectory workingdirectory",
    copy: "files copyfiles copyignored include worktreeinclude copypaths",
    link: "symlink symlinks links symlinkfiles share shared",
    setup:
      "postcreate prestart run init install hook hooks script command commands setupscript postcreatecommand",
    fetch: "pull update",
    timeout: "wait limit",
  },
  stop: {
    send: "text word line command exit input message type",
    keys: "key sendkeys signal",
    timeout: "wait timeoutseconds graceperiod time limit",
  },
  window: {
    ...paneHabits,
    panes: "splits",
    layout: "arrangement",
    title: "name windowname",
    focus: "active select startupwindow",
  },
  pane: { ...paneHabits, name: "title", size: "width height percent", focus: "active select startuppane" },
  layout: { name: "type kind", main: "size mainpanewidth mainpaneheight" },
};

/** Keys for features that mosaic-fleet lacks, with the closest alternative. */
const absent: Readonly<Record<string, string>> = {
  "vars variables var params parameters": "fleet.yaml has no variables; env passes values to agents",
  "overlays environments stages":
    "an agent can have profiles, and activeProfiles of the fleet chooses; or write a fleet.yaml for each, with include for the shared files",
  "poststop afterstop cleanup": "hooks has preStop and onFailure",
  "healthcheck health livenessprobe liveness":
    "an agent is healthy while its process runs; see restart, and ready for its start",
  "user group uid gid runas username":
    "all agents run as the account that runs fleet; another account has a fleet of its own",
  "ports port expose networks network hostname": "agents share the network of the machine",
  "volumes volume mounts tmpfs": "agents see the files of the machine; see workdir",
  "secrets secret configs": "put secrets into a file and name it in envFiles",
  "build dockerfile context pull": "agents are programs of the machine; see command",
  "nice priority oomscoreadjust": "see resources for the limits that there are",
  "focus windowname windowindex options globaloptions":
    "each agent is a tmux session; windows has the layout and the focus of its windows",
  "remote ssh": "agents run on the machines in hosts; a host has ssh",
  "matrix foreach template templates":
    "replicas runs an agent several times, and {replica} is the number of each",
  "branch basebranch": "see worktree, which has branch and from",
};

type HabitLookup = ReadonlyMap<string, string>;

function lookup(table: Readonly<Record<string, string>>): HabitLookup {
  return new Map(
    Object.entries(table).flatMap(([key, words]) => words.split(" ").map((word) => [word, key] as const)),
  );
}

/** Tables for quick access: a file may have thousands of unknown keys. */
const habitLookups: Readonly<Record<Section, HabitLookup>> = {
  fleet: lookup(bySection.fleet),
  tmux: lookup(bySection.tmux),
  host: lookup(bySection.host),
  rollout: lookup(bySection.rollout),
  runtime: lookup(bySection.runtime),
  start: lookup(bySection.start),
  receiver: lookup(bySection.receiver),
  screen: lookup(bySection.screen),
  defaults: lookup(bySection.defaults),
  hostDefaults: lookup(bySection.hostDefaults),
  agent: lookup(bySection.agent),
  service: lookup(bySection.service),
  restart: lookup(bySection.restart),
  resources: lookup(bySection.resources),
  log: lookup(bySection.log),
  ready: lookup(bySection.ready),
  serviceReady: lookup(bySection.serviceReady),
  schedule: lookup(bySection.schedule),
  stop: lookup(bySection.stop),
  window: lookup(bySection.window),
  pane: lookup(bySection.pane),
  layout: lookup(bySection.layout),
  hooks: lookup(bySection.hooks),
  worktree: lookup(bySection.worktree),
};

const absentWords: HabitLookup = new Map(
  Object.entries(absent).flatMap(([words, see]) => words.split(" ").map((word) => [word, see] as const)),
);

/** Returns the local equivalent of another tool's key in a section; undefined for a word of no known tool. */
export function keyHabit(section: Section, key: string): KeyHabit | undefined {
  const word = key.toLowerCase().replaceAll(/[-_ ]/g, "");
  const found = habitLookups[section].get(word);
  if (found !== undefined) return { kind: "key", key: found };
  const see = absentWords.get(word);
  return see === undefined ? undefined : { kind: "absent", see };
}
