import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const hook = fileURLToPath(new URL("v8-cache.cjs", import.meta.url));

/**
 * Runs the most frequent commands with the bundle in `dist`, and keeps the code compiled for them by V8 in `folder`.
 * The fleet is made of paper, in a home of its own: systemctl and tmux are scripts that print given texts.
 *
 * @param {string} dist
 * @param {string} folder
 */
export async function warmUp(dist, folder) {
  const home = await mkdtemp(join(tmpdir(), "warm-up-"));
  try {
    await play(await stage(home, dist, folder));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/**
 * Runs the commands on the stage, so that V8 compiles their code.
 *
 * @param {Awaited<ReturnType<typeof stage>>} at
 */
async function play(at) {
  await at.declare("one");
  await at.fleet("apply", "--yes"); // of nothing
  await at.everythingRuns();
  for (const command of ["validate", "plan", "status"]) await at.success(command);
  await at.success("plan", "--json");
  for (const words of [["why", "planner"], ["events"], ["history"]]) await at.success(...words);
  await at.declare("another");
  await at.success("plan");
  await at.success("apply", "--yes"); // of one change
  await at.success("destroy", "--yes");
  await at.serve();
}

/**
 * Makes the home with its programs, and returns the actions for it.
 *
 * @param {string} home
 * @param {string} dist
 * @param {string} folder
 */
async function stage(home, dist, folder) {
  const bin = join(home, "bin");
  const run = join(home, "run");
  const said = {
    systemctl: join(home, "units.json"),
    tmux: join(home, "panes.sh"),
    cgroup: join(home, "cgroup"),
  };
  await mkdir(bin);
  await mkdir(run, { mode: 0o700 });
  await writeFile(join(bin, "systemctl"), actor("list-units", `cat '${said.systemctl}'`), { mode: 0o755 });
  const paneList = `[ ! -e '${said.tmux}' ] || exec sh '${said.tmux}'; echo 'no server running on SOCKET' >&2; exit 1`;
  await writeFile(join(bin, "tmux"), actor("list-panes", paneList), { mode: 0o755 });
  await writeFile(said.systemctl, "[]");
  await writeFile(
    said.cgroup,
    "0::/user.slice/user-0.slice/user@0.service/app.slice/mosaic-tmux-holder.service\n",
  );
  const env = {
    HOME: home,
    XDG_RUNTIME_DIR: run,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    KEEP_COMPILED: folder,
    PAPER_CGROUP: `/proc/${process.pid}/cgroup=${said.cgroup}`,
  };
  return {
    /**
     * Its end does not matter: the first apply finds no tmux server afterwards.
     *
     * @type {(...args: string[]) => Promise<Error | null>}
     */
    fleet: (...args) =>
      new Promise((done) => {
        const argv = ["--require", hook, join(dist, "cli.js"), ...args];
        execFile(process.execPath, argv, { cwd: home, env }, (failure) => done(failure));
      }),
    /**
     * Must succeed: V8 keeps nothing of a plan that fails half-way, and every plan would be slower for it.
     *
     * @param {...string} args
     */
    async success(...args) {
      const failure = await this.fleet(...args);
      if (failure) throw new Error(`fleet ${args.join(" ")} fails in the warm-up: ${failure.message}`);
    },
    /** Runs the server of MCP up to the list of its tools: its library is the largest one. */
    serve: () =>
      new Promise((done) => {
        const argv = ["--require", hook, join(dist, "cli.js"), "mcp"];
        const server = execFile(process.execPath, argv, { cwd: home, env }, () => done(undefined));
        let answers = 0;
        server.stdout?.on("data", (text) => {
          answers += text.split("\n").length - 1;
          if (answers >= requests.length) server.stdin?.end();
        });
        server.stdin?.write(requests.map((request) => `${JSON.stringify(request)}\n`).join(""));
      }),
    /** @param {string} model */
    declare: (model) => writeFile(join(home, "fleet.yaml"), fleetFile(model)),
    async everythingRuns() {
      const config = join(home, ".config/mosaic/fleet/agents");
      const files = (await readdir(config)).filter((name) => name.endsWith(".env") && name !== "quiet.env");
      const names = files.map((file) => file.slice(0, -".env".length));
      const units = ["mosaic-tmux-holder", ...names.map((name) => `mosaic-agent@${name}`)].map((unit) => ({
        unit: `${unit}.service`,
        load: "loaded",
        active: "active",
        sub: "running",
        description: unit,
      }));
      await writeFile(said.systemctl, JSON.stringify(units));
      const template = await readFile(join(home, ".config/systemd/user/mosaic-agent@.service"), "utf8");
      const digest = /^Environment=.*MOSAIC_AGENT_UNITS=([^"\s]*)/m.exec(template)?.[1] ?? "";
      const panes = names.map((name, index) => pane(join(config, `${name}.env`), name, index, digest));
      await writeFile(said.tmux, [`echo '${process.pid} 3.5a'`, ...panes, ""].join("\n"));
      for (const name of names) {
        const own = join(run, "mosaic-agent", name);
        await mkdir(own, { recursive: true, mode: 0o700 });
        await writeFile(join(own, "pid"), `${process.pid}\n`);
      }
    },
  };
}

/**
 * Returns a script that does something if its arguments ask for it, and otherwise nothing.
 *
 * @param {string} question
 * @param {string} answer
 */
function actor(question, answer) {
  return `#!/bin/sh\ncase "$*" in *${question}*) ${answer} ;; esac\n`;
}

/**
 * Returns the command that prints a line of list-panes, as src/drivers/tmux/list-panes.ts asks for it: of an agent that
 * runs with the present env file.
 *
 * @param {string} file
 * @param {string} name
 * @param {number} index
 * @param {string} units
 */
function pane(file, name, index, units) {
  const config = `sed -n 's/^MOSAIC_AGENT_CONFIG="\\{0,1\\}\\([^"]*\\).*/\\1/p' '${file}'`;
  const now = Math.floor(Date.now() / 1000);
  const unit = `mosaic-agent@${name}.service`;
  return `echo "%${index}|${process.pid}|0|\\$${index}|0|${unit}|${now}|${name}|$(${config})|${units}|||0|@${index}|||${name}"`;
}

/**
 * Returns the text of fleet.yaml.
 *
 * @param {string} model
 */
const fleetFile = (model) => `version: 1
runtimes: { claude: { command: [claude, --model, opus] } }
defaults: { runtime: claude, onChange: restart, env: { TEAM: paper } }
agents:
  planner: { env: { MODEL: ${model} } }
  reviewer: { dependsOn: [planner], description: Reads what planner wrote }
  writer: { replicas: 2, restart: { policy: always }, resources: { memoryMax: 2G } }
  quiet: { state: stopped, command: sleep infinity, workdir: "~", labels: { team: paper } }
`;

/** The first requests of a client to the server of MCP. */
const requests = [
  {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "warm-up", version: "1" },
    },
  },
  { jsonrpc: "2.0", id: 2, method: "tools/list" },
];
