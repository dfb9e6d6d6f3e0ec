import { beforeAll, describe, expect, it } from "vitest";
import type { DoctorJson, FindingJson } from "../../../src/report/doctor/doctor-output.ts";
import { declare, fleet, napping, tmux } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

/** Prints the lines of a file that others append to. */
const echoes = (file: string): string => `touch ${file}; exec tail -n +1 -f ${file}`;

/** Returns the findings on logs. */
function logFindings(json: string): readonly FindingJson[] {
  return (JSON.parse(json) as DoctorJson).findings.filter(({ check }) => check === "logs");
}

const agents = {
  talker: { command: echoes("~/talk") },
  saver: {
    command: napping(
      "trap 'echo saving; nap 0.2; echo saved; exit 0' TERM; echo here; while :; do nap 0.05; done",
    ),
  },
  crash: {
    command: "[ -e ~/crashed ] && exec sleep 1000; : >~/crashed; seq 3; echo last words; exit 7",
    restart: { delay: "100ms" },
  },
  quiet: { command: "echo nothing to keep; exec sleep 1000", log: false },
};
const logged = { defaults: { log: { maxSize: "256K", keep: 9 } }, agents };

describe("An agent with a log", () => {
  const box = useSandbox();
  const folder = (agent: string): string => `~/.local/state/mosaic/fleet/agents/${agent}`;
  const log = (agent: string): Promise<string> => box.sh(`cat ${folder(agent)}/output.log 2>/dev/null || :`);
  const logs = async (...args: readonly string[]): Promise<string> =>
    (await fleet(box, "logs", "--pane", ...args)).stdout;
  const pipes = async (): Promise<string> =>
    tmux(box, "list-panes", "-a", "-F", "#{session_name} #{pane_pipe} #{@mosaic_log}");
  const doctor = (...args: readonly string[]) => fleet(box, "doctor", "--json", ...args);
  const mainPid = (agent: string): Promise<string> =>
    box.sh(`systemctl --user show -p MainPID --value mosaic-agent@${agent}`);

  beforeAll(async () => {
    await declare(box, logged);
    await fleet(box, "apply", "--yes");
    await until("the second run of crash has begun", async () =>
      (await log("crash")).includes("run 2 began"),
    );
  });

  it("has its output in a file for the user alone, divided by its runs", async () => {
    const text = await log("crash");
    expect(text).toMatch(/=== agent crash: run 1 began, \S+ ===\n1\r\n2\r\n3\r\nlast words\r\n/);
    expect(text.match(/last words/g)).toHaveLength(1); // without the copy of the old screen
    expect(await box.sh(`stat -c %a ${folder("crash")}/output.log ${folder("crash")}`)).toBe("600\n700\n");
    const printed = await logs("crash");
    expect(printed).toMatch(
      /^--- run 1 began at \S+Z ---\n1\n2\n3\nlast words\nagent crash: command failed.*\n--- run 2 began at \S+Z ---\n$/,
    );
    expect((await fleet(box, "logs", "crash")).stdout).toMatch(
      /pane \| last words\n[^]*unit \| agent crash: command failed[^]*--- run 2 began/,
    );
    expect((await fleet(box, "plan")).code).toBe(0);
    const raw = await fleet(box, "logs", "--raw", "crash");
    expect(raw).toMatchObject({ code: 0, stdout: text, stderr: "" });
    const last = await fleet(box, "logs", "--raw", "-n", "1", "crash");
    expect(last.stdout).toBe(`${text.trimEnd().split("\n").at(-1)}\n`);
    expect((await fleet(box, "logs", "--raw")).stderr).toContain("--raw prints the log of one agent");
    expect((await fleet(box, "logs", "--raw", "quiet")).stderr).toContain("quiet has no log files");
  });

  it("is in the status, with its path and size", async () => {
    const path = `${box.home}/.local/state/mosaic/fleet/agents/crash/output.log`;
    const { stdout } = await fleet(box, "status", "--json");
    const { agents: rows } = JSON.parse(stdout) as {
      readonly agents: readonly { readonly name: string; readonly log: unknown }[];
    };
    const bytes = Buffer.byteLength(await log("crash"));
    expect(rows.find(({ name }) => name === "crash")?.log).toEqual({ path, bytes, written: true });
    expect(rows.find(({ name }) => name === "quiet")?.log).toBeNull();
    expect((await fleet(box, "status", "-o", "wide")).stdout).toContain(` kB ${path} `);
    expect((await fleet(box, "status")).stdout).not.toContain("LOG");
  });

  it("has a check of doctor, for what is in its way", async () => {
    const findings = async (...args: readonly string[]) => logFindings((await doctor(...args)).stdout);
    expect(await findings()).toEqual([]);
    await box.sh(`chmod 500 ${folder("talker")}; chmod 400 ${folder("saver")}/output.log`);
    expect(await findings()).toMatchObject([
      { severity: "broken", kind: "log-blocked", agents: ["saver"], fix: { kind: "make-writable" } },
      { severity: "broken", kind: "log-blocked", agents: ["talker"], problem: "denied", mode: 0o500 },
    ]);
    expect(await findings("--fix")).toEqual([]);
    expect(await box.sh(`stat -c %a ${folder("saver")}/output.log ${folder("talker")}`)).toBe("600\n700\n");
    await box.sh(`mv ${folder("talker")} ~/aside; : >${folder("talker")}`);
    expect(await findings()).toMatchObject([
      { kind: "log-blocked", agents: ["talker"], problem: "no-folder" },
    ]);
    await box.sh(`rm ${folder("talker")}; mv ~/aside ${folder("talker")}`);
    // A small file system in the place of the folder, for this command alone.
    const onSmallDisk = (fill: string): Promise<string> =>
      box.sh(
        `unshare --user --mount --map-root-user sh -c 'd=$HOME/.local/state/mosaic/fleet/agents
          mount -t tmpfs -o size=100M none $d && cd ~/work && ${fill}
          exec unshare --user --map-user=${box.uid} fleet doctor --json' || :`,
      );
    expect(logFindings(await onSmallDisk("head -c 97M /dev/zero >$d/x;"))).toMatchObject([
      { severity: "warning", kind: "log-disk" },
    ]);
    expect(logFindings(await onSmallDisk("cat /dev/zero >$d/x 2>/dev/null;"))).toMatchObject([
      { severity: "broken", kind: "log-disk", freeBytes: 0 },
    ]);
  });

  it("keeps the last words of a stop, also for fleet logs", async () => {
    await fleet(box, "stop", "--yes", "saver");
    await until("the last words are there", async () => (await log("saver")).includes("saved"));
    expect(await logs("saver")).toMatch(/here\n(?:Terminated\n)?saving\nsaved\n$/);
    expect(await logs("--since", "1h", "-n", "2", "saver")).toBe("saving\nsaved\n");
    expect(await logs("--since", "2099-01-01", "crash")).toBe("");
    await fleet(box, "apply", "--yes");
  });

  it("is rotated, and followed and read across rotations and restarts", async () => {
    const follower = await box.sh("fleet logs -f --pane -n 1 talker >~/followed 2>&1 & echo $!", {
      cwd: "work",
      isReal: true,
    });
    const followed = (): Promise<string> => box.read("~/followed");
    await until("it follows", async () => (await followed()).includes("run 1 began"));
    for (let from = 1; from < 120_000; from += 40_000) {
      await box.sh(`seq ${from} ${from + 39_999} >> ~/talk`);
      await until("it is written", async () => (await logs("-n", "1", "talker")) === `${from + 39_999}\n`);
    }
    const files = await box.sh(`cd ${folder("talker")} && stat -c '%n %a %s' output.log*`);
    expect(files).toMatch(/^output\.log 600 \d+\noutput\.log\.1 600 \d+\noutput\.log\.2 600 \d+\n/);
    for (const size of files.matchAll(/ (\d+)\n/g)) expect(Number(size[1])).toBeLessThanOrEqual(256 * 1024);
    const last = await logs("-n", "40000", "talker");
    expect(last.trim().split("\n")).toEqual(
      Array.from({ length: 40_000 }, (_, index) => String(80_001 + index)),
    );
    await box.sh(": > ~/talk");
    await fleet(box, "restart", "--yes", "talker");
    await box.sh("echo after the restart >> ~/talk");
    await until("the follower has seen it", async () => (await followed()).includes("after the restart"));
    const pid = follower.trim();
    await box.sh(`kill -INT ${pid}; while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done`);
    const numbers = (await followed()).split("\n").filter((line) => /^\d+$/.test(line));
    expect(await followed()).not.toContain("missing");
    expect(numbers).toEqual(Array.from({ length: 120_000 }, (_, index) => String(index + 1)));
  });

  it("can be turned off and on while it runs, and is drift without its reader", async () => {
    const before = await mainPid("talker");
    await declare(box, { agents });
    const off = await fleet(box, "plan");
    expect(off.stdout).toContain("agent talker will be changed in place: log changed");
    expect(off.stdout).toMatch(
      /The log files of crash, saver, talker stay: \/.*\/fleet\/agents\/AGENT\/output\.log\*/,
    );
    await fleet(box, "apply", "--yes");
    expect(await pipes()).toBe("crash 0 \nquiet 0 \nsaver 0 \ntalker 0 \n");
    await declare(box, { ...logged, defaults: { log: { maxSize: "256K", keep: 1 } } });
    await fleet(box, "apply", "--yes");
    expect(await pipes()).toBe("crash 1 262144 1\nquiet 0 \nsaver 1 262144 1\ntalker 1 262144 1\n");
    await until("the reader has begun", async () => (await log("talker")).includes("log turned on"));

    const reader = "$XDG_RUNTIME_DIR/mosaic-agent/talker/log";
    await box.sh(`pkill -9 -P $(cat ${reader}); kill -9 $(cat ${reader}) || :`);
    await until("tmux has noticed", async () => {
      await box.sh("echo unheard >> ~/talk");
      return (await pipes()).includes("talker 0");
    });
    expect((await fleet(box, "plan")).stdout).toContain(
      "agent talker will be changed in place: nothing writes its log",
    );
    const fixed = JSON.parse((await doctor("--fix")).stdout) as DoctorJson;
    expect(fixed.fixed).toContainEqual({ fix: { kind: "start-logs", agents: ["talker"] }, done: true });
    expect(logFindings(JSON.stringify(fixed))).toEqual([]);
    await box.sh("echo heard again >> ~/talk");
    await until("the log goes on", async () => (await log("talker")).includes("heard again"));
    expect(await mainPid("talker")).toBe(before);
  });

  it("goes on after a stuck writer, and counts what is missing", async () => {
    const reader = "$(cat $XDG_RUNTIME_DIR/mosaic-agent/talker/log)";
    await box.sh(`pkill -STOP -f -P ${reader} 'bs=4k'`);
    await box.sh("seq 200000 >> ~/talk");
    await until("tmux has all of it", async () =>
      (await tmux(box, "capture-pane", "-p", "-t", "=talker:")).includes("\n200000\n"),
    );
    // The first drop may begin before the end of the output, and the rest would rotate the line about it away.
    const dropping = async () => (await box.run(["bash", "-c", `pgrep -P ${reader} timeout`])).stdout.trim();
    const first = await until("the reader drops the output", async () => (await dropping()) || undefined);
    await until("it drops again", async () => ![first, ""].includes(await dropping()));
    await box.sh(`pkill -CONT -f -P ${reader} 'bs=4k'`);
    await until("the log says what is missing", async () => {
      await box.sh("echo still there >> ~/talk");
      const both = await box.sh(`cat ${folder("talker")}/output.log.1 ${folder("talker")}/output.log || :`);
      return /about \d+ kB of its output are missing here/.test(both);
    });
    await until("the log goes on", async () => {
      await box.sh("echo still there >> ~/talk"); // those before may be among the missing ones
      return (await logs("-n", "1", "talker")) === "still there\n";
    });
    await box.sh("seq 40000 >> ~/talk");
    await until("it is rotated", async () => (await logs("-n", "1", "talker")) === "40000\n");
    expect(await box.sh(`ls ${folder("talker")}`)).toBe("output.log\noutput.log.1\n");
  });

  it("does not touch an agent without one", async () => {
    expect(await box.sh(`test -e ${folder("quiet")} || echo none`)).toBe("none\n");
    expect(await logs("quiet")).toBe("nothing to keep\n");
  });

  it("keeps its files when it is removed", async () => {
    const { stdout } = await fleet(box, "destroy", "--yes");
    expect(stdout).toMatch(/The log files of crash, saver, talker stay: /);
    expect(await log("crash")).toContain("last words");
  });
});
