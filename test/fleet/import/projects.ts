/** A project of each tool below `~/p`: the configuration, and the programs that it starts. */
interface Project {
  /** The file to import, relative to `~/p`. */
  readonly file: string;
  readonly text: string;
  /** Programs in the folder of the project. Each says its name and arguments, and waits. */
  readonly programs: readonly string[];
  /** Further folders. */
  readonly folders: readonly string[];
  /** A text in one of the panes each: a program, its arguments and its folder. */
  readonly shown: readonly string[];
}

/** One project for each format that `fleet import` reads. */
export const projects: readonly Project[] = [
  {
    file: "tmuxp/.tmuxp.yaml",
    text: `session_name: shop
start_directory: ./
environment: { STAGE: dev }
before_script: ./bootstrap.sh
windows:
  - window_name: editor
    layout: main-vertical
    options: { main-pane-width: 60% }
    panes:
      - ./serve first
      - shell_command: [cd api, ../serve second]
        focus: true
  - window_name: logs
    panes: [blank, tail -F log.txt]
`,
    programs: ["serve"],
    folders: ["api"],
    shown: ["serve first in tmuxp", "serve second in api"],
  },
  {
    file: "tmuxinator/.tmuxinator.yml",
    text: `name: ledger
root: ~/p/tmuxinator
on_project_start: mkdir -p tmp
pre_window: export STAGE=dev
windows:
  - planner: claude --continue
  - coder:
      root: ~/p/tmuxinator/web
      layout: even-horizontal
      panes:
        - agent: claude $STAGE
        - git status
`,
    programs: [],
    folders: ["web"],
    shown: ["claude --continue in tmuxinator", "claude dev in web"],
  },
  {
    file: "smug/.smug.yml",
    text: `session: brainy
root: .
env: { STAGE: dev }
before_start: [mkdir -p run]
stop: [rm -rf run]
windows:
  - name: dev
    commands: [./backend/start $STAGE]
  - name: backend
    root: ./backend
    commands: [./start again]
    panes: [{ type: horizontal, commands: [] }]
`,
    programs: ["backend/start"],
    folders: [],
    shown: ["start dev in smug", "start again in backend"],
  },
  {
    file: "procfile/Procfile",
    text: "web: bin/server -p $PORT\nworker: claude --continue\n",
    programs: ["bin/server"],
    folders: [],
    shown: ["server -p 5000 in procfile", "claude --continue in procfile"],
  },
  {
    file: "process-compose/process-compose.yaml",
    text: `version: "0.5"
environment: ["STAGE=dev"]
processes:
  migrate: { command: touch migrated }
  db:
    command: touch ready; exec bin/db
    readiness_probe: { exec: { command: test -e ready }, period_seconds: 1 }
    shutdown: { command: rm -f ready, timeout_seconds: 5 }
  api:
    command: ../bin/db $STAGE
    working_dir: server
    depends_on:
      db: { condition: process_healthy }
      migrate: { condition: process_completed_successfully }
    availability: { restart: on_failure, max_restarts: 3 }
`,
    programs: ["bin/db"],
    folders: ["server"],
    shown: ["db in process-compose", "db dev in server"],
  },
  {
    file: "mprocs/mprocs.yaml",
    text: `procs:
  client: { cwd: client, shell: ../bin/dev $PORT, env: { PORT: 3001 } }
  tests: bin/dev tests
  docs: { cmd: [bin/dev], autostart: false }
`,
    programs: ["bin/dev"],
    folders: ["client"],
    shown: ["dev 3001 in client", "dev tests in mprocs"],
  },
  {
    file: "pm2/ecosystem.json",
    text: `{ "apps": [{ "name": "site", "cwd": "./site", "script": "./serve", "args": "--log 'a b'", "kill_timeout": 3000 }] }
`,
    programs: ["site/serve"],
    folders: [],
    shown: ["serve --log a b in site"],
  },
  {
    file: "teamocil/teamocil.yml",
    text: `name: pass
windows:
  - name: code
    root: ~/p/teamocil
    layout: main-vertical
    panes:
      - bin/watch all
      - commands: [cd lib, ../bin/watch lib]
        focus: true
`,
    programs: ["bin/watch"],
    folders: ["lib"],
    shown: ["watch all in teamocil", "watch lib in lib"],
  },
  {
    file: "zellij/layout.kdl",
    text: `layout {
  default_tab_template { pane size=1 borderless=true { plugin location="tab-bar"; }; children; }
  pane_template name="ai" command="claude" { args "--continue"; }
  tab_template name="work" { children; pane command="../serve" name="server"; }
  work name="one" cwd="one" { ai; }
  tab name="two" cwd="two" focus=true { pane command="claude" name="reviewer"; }
}
`,
    programs: ["serve"],
    folders: ["one", "two"],
    shown: ["claude --continue in one", "serve in one", "claude in two"],
  },
  {
    file: "workmux/.workmux.yaml",
    text: `agent: claude
worktree_dir: .worktrees
files: { copy: [.env], symlink: [cache] }
post_create: [touch made]
panes: [{ command: <agent>, focus: true }, { split: horizontal }]
`,
    programs: [],
    folders: ["cache"],
    shown: ["claude in agent"],
  },
];
