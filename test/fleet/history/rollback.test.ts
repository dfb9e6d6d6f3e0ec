import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { HistoryEntryJson } from "../../../src/report/history/history-output.ts";
import { declare, fleet } from "../../support/fleet/fleet.ts";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";

const secret = "hunter2-and-more";
const folder = "~/.local/state/mosaic/fleet";
const defaults = { onChange: "restart" };

let base = 1000;
/** Returns a new number: an apply without changes is not recorded. */
const seconds = (number: number): number => base + number;

/** The commands of core have other numbers than those of dev. */
const forCore = 5;

/** Returns a fleet.yaml with an own comment, and another command of dev. */
function version(number: number, more: object = {}): string {
  const agents = { dev: { command: `exec sleep ${seconds(number)}`, ...more } };
  return `# version ${number}\n${stringify({ version: 1, include: ["teams/core.yaml"], defaults, agents })}`;
}
const core = (number: number): string =>
  `# core ${number}\nagents:\n  core: { command: exec sleep ${seconds(number + forCore)} }\n`;

describe("fleet history, diff and rollback", () => {
  const box = useSandbox();
  const runs = async (...args: readonly string[]): Promise<readonly HistoryEntryJson[]> =>
    (JSON.parse((await fleet(box, "history", "--json", ...args)).stdout) as { runs: HistoryEntryJson[] })
      .runs;
  const lastId = async (): Promise<string> => (await runs()).at(-1)?.id ?? "none";
  const text = (): Promise<string> => box.read("~/work/fleet.yaml");
  /** Waits until a command of a version runs, and returns its process. */
  const running = (number: number): Promise<string> =>
    until(
      `sleep ${seconds(number)} runs`,
      async () => (await box.run(["pgrep", "-fx", `sleep ${seconds(number)}`])).stdout,
    );
  const git = (line: string): Promise<string> =>
    box.sh(`cd ~/work && git -c user.name=a -c user.email=a@b ${line}`);
  const apply = async (number: number, more?: object): Promise<string> => {
    await declare(box, version(number, more));
    await box.write("~/work/teams/core.yaml", core(number));
    const { code, stderr } = await fleet(box, "apply", "--yes", "-q");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return lastId();
  };
  const copies = async (): Promise<string> => box.sh(`cat ${folder}/replaced/*/* 2>&- || :`);

  beforeEach(async () => {
    base += 10;
    await box.sh(`rm -rf ${folder}/states ${folder}/replaced ${folder}/history.jsonl*`);
    await box.sh("rm -rf ~/work/.git && git init -q ~/work");
  });
  afterEach(async () => {
    await box.sh(`chmod -R u+rwX ${folder}`);
  });

  it("writes an earlier state with its included file and comments, and applies it", async () => {
    const first = await apply(1);
    const second = await apply(2);
    expect(first).toMatch(/^[0-9a-f]{8}$/);
    expect((await runs("core")).map(({ id, isKept }) => ({ id, isKept }))).toEqual([
      { id: first, isKept: true },
      { id: second, isKept: true },
    ]);
    const { stdout } = await fleet(box, "history", "-n", "1");
    expect(stdout).toMatch(new RegExp(`^STATE .*\n${second}\\*  .*fleet apply  2 agents restarted\n$`));

    const diff = await fleet(box, "diff", first);
    expect(diff.stdout).toContain("-# version 2");
    expect(diff.stdout).toContain("+# core 1");
    expect(diff.stdout).toContain(`+MOSAIC_AGENT_COMMAND="exec sleep ${seconds(1)}"`);
    const planned = await fleet(box, "rollback", first, "--dry-run", "--json");
    expect(JSON.parse(planned.stdout)).toMatchObject({ summary: { restart: 2 } });
    expect(await text()).toBe(version(2));

    await box.sh(
      "cd ~/work && chmod 640 fleet.yaml && mv fleet.yaml ../real.yaml && ln -s ../real.yaml fleet.yaml",
    );
    const { code, stderr } = await fleet(box, "rollback", first, "--yes");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(`fleet.yaml is as in ${first} again`),
    });
    expect([await text(), await box.read("~/work/teams/core.yaml")]).toEqual([version(1), core(1)]);
    expect(await box.sh("stat -c '%a %F' ~/real.yaml ~/work/fleet.yaml")).toBe(
      "640 regular file\n777 symbolic link\n",
    );
    await running(1);
    await running(1 + forCore);
    expect(await copies()).toBe(core(2) + version(2));
    expect((await runs()).at(-1)).toMatchObject({
      id: first,
      command: `fleet rollback ${first}`,
      exitCode: 0,
    });
    expect((await fleet(box, "plan", "--detailed-exitcode")).code).toBe(0);
    await box.sh("cd ~/work && rm fleet.yaml && mv ../real.yaml fleet.yaml");
  });

  it("takes any commit, detached or over edits of the work tree, which it names and keeps", async () => {
    await apply(1);
    await git("add -A . && git -c user.name=a -c user.email=a@b commit -qm one && git tag v1");
    await apply(2);
    await git("commit -qam two && git checkout -q --detach");
    await declare(box, `${version(2)}# never applied\n`);
    const { code, stderr } = await fleet(box, "rollback", "v1", "--yes");
    expect(code).toBe(0);
    expect(stderr).toContain("fleet.yaml has edits that were never applied");
    expect(stderr).toContain("commit the rollback there, too");
    expect([await text(), await box.read("~/work/teams/core.yaml")]).toEqual([version(1), core(1)]);
    expect(await copies()).toContain("# never applied");
    expect(await git("status --short --branch")).toBe(
      "## HEAD (no branch)\n M fleet.yaml\n M teams/core.yaml\n",
    );
    await running(1 + forCore);

    const back = await fleet(box, "rollback", "HEAD", "--yes");
    expect(back.stderr).not.toContain("commit the rollback");
    expect(await git("status --short")).toBe("");
    for (const name of ["nothing", "-x", "HEAD~9", "0000"]) {
      const unknown = await fleet(box, "rollback", "--yes", "--", name);
      expect([unknown.code, unknown.stderr]).toEqual([64, expect.stringContaining("there is no revision")]);
    }
    await git("checkout -q -B main");
  });

  it("does not need a commit that was applied here, and is gone since a force push", async () => {
    const first = await apply(1);
    await git("add -A . && git -c user.name=a -c user.email=a@b commit -qm gone");
    await apply(2);
    const commit = (await git("rev-parse HEAD")).trim();
    await git("commit -qa --amend -m other && git reflog expire --expire=now --all && git gc -q --prune=now");
    expect((await fleet(box, "rollback", commit, "--yes")).code).toBe(64);
    expect((await fleet(box, "rollback", first, "--yes")).code).toBe(0);
    expect(await text()).toBe(version(1));
  });

  it("keeps no secret, puts back one that fleet.yaml still has, and else takes Git or refuses", async () => {
    const env = { API_TOKEN: secret };
    const first = await apply(1, { env });
    await apply(2, { env, description: "two" });
    expect(await box.sh(`cat ${folder}/states/* ${folder}/history.jsonl`)).not.toContain(secret);
    const diff = await fleet(box, "diff", first);
    expect(diff.stdout).toContain("-    description: two");
    expect(diff.stdout).not.toContain(secret);
    expect((await fleet(box, "rollback", first, "--yes")).code).toBe(0);
    expect(await text()).toBe(version(1, { env }));

    await apply(3, { env: { API_TOKEN: "rotated-since" } });
    const refused = await fleet(box, "rollback", first, "--yes");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`state ${first} has secrets that fleet.yaml does not have any more`);
    expect(refused.stderr).toMatch(/They were at fleet\.yaml:\d+\./);
    expect(await text()).toBe(version(3, { env: { API_TOKEN: "rotated-since" } }));

    await declare(box, version(1, { env }));
    await box.write("~/work/teams/core.yaml", core(1));
    await git("add -A . && git -c user.name=a -c user.email=a@b commit -qm late");
    await apply(4);
    expect((await fleet(box, "rollback", first, "--yes")).code).toBe(0);
    expect(await text()).toBe(version(1, { env }));
  });

  it("lives with damaged and newer lines, and without a history", async () => {
    const first = await apply(1);
    await apply(2);
    await box.sh(
      `cd ${folder} && printf '{"formatVersion":2,"time":"2027-01-01"}\\n\\0half\\n{"cut":' >>history.jsonl`,
    );
    const { code, stderr } = await fleet(box, "history");
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining("3 lines that this version of fleet cannot read"),
    ]);
    expect(await runs()).toHaveLength(2);
    await box.sh(`cd ${folder} && for each in states/${first}*; do truncate -s 40 $each; done`);
    const damaged = await fleet(box, "rollback", first, "--yes");
    expect([damaged.code, damaged.stderr]).toEqual([1, expect.stringContaining("gone or damaged")]);

    await box.sh(`cd ${folder} && mv history.jsonl kept && mkfifo history.jsonl`);
    for (const command of [["history"], ["events"], ["rollback", "0000", "--yes"]]) {
      const unread = await fleet(box, ...command);
      expect([unread.code, unread.stdout, unread.stderr]).toEqual([
        1,
        "",
        expect.stringMatching(/^Error: cannot read the history .*\n.*It is not a regular file\.\n.*hint: /),
      ]);
    }

    await box.sh(`rm -r ${folder}/states ${folder}/history.jsonl`);
    expect((await fleet(box, "history")).stderr).toContain("No history yet");
    expect((await fleet(box, "rollback", first, "--yes")).code).toBe(64);
    expect((await fleet(box, "plan", "--detailed-exitcode")).code).toBe(0);
  });

  it("restores a broken fleet.yaml, and refuses a revision that is broken or of another fleet", async () => {
    const first = await apply(1);
    await declare(box, version(1).replace("agents:", "agents: ["));
    expect((await fleet(box, "rollback", first, "--yes")).code).toBe(0);
    expect(await text()).toBe(version(1));

    await git("add -A .");
    for (const [broken, words] of [
      [version(1).replace("command", "comand"), "is not valid"],
      [`${version(1)}name: other\n`, "is of another fleet"],
    ] as const) {
      await declare(box, broken);
      await git("commit -qam broken && git -c user.name=a -c user.email=a@b tag -f broken");
      await declare(box, version(1));
      const { code, stderr } = await fleet(box, "rollback", "broken", "--yes");
      expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
      expect(await text()).toBe(version(1));
    }
    const piped = await box.sh(
      "cd ~/work && cat fleet.yaml | fleet rollback HEAD --yes -f /dev/stdin 2>&1 || echo $?",
    );
    expect(piped).toMatch(/has no earlier revisions[^]*\n64\n$/);
  });

  it("changes nothing if the copy cannot be kept, and applies if only the record cannot", async () => {
    const first = await apply(1);
    await apply(2);
    await box.write(`${folder}/replaced`, "in the way");
    const { code, stderr } = await fleet(box, "rollback", first, "--yes");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Nothing was\s+changed/)]);
    expect([await text(), await box.read("~/work/teams/core.yaml")]).toEqual([version(2), core(2)]);
    await running(2);

    await box.sh(`rm -r ${folder}/replaced ${folder}/states && chmod 500 ${folder}`);
    await declare(box, version(3));
    const applied = await fleet(box, "apply", "--yes");
    expect([applied.code, applied.stderr]).toEqual([
      0,
      expect.stringMatching(/Warning: cannot write .*states/),
    ]);
    await running(3);
  });

  it("asks with the lock held, and undoes no save in the meantime", async () => {
    const first = await apply(1);
    await apply(2);
    const terminal = await openTerminal(box, ["fleet", "rollback", first]);
    await terminal.waitFor("Apply these changes?");
    expect((await fleet(box, "rollback", first, "--yes")).code).toBe(5);
    await declare(box, `${version(2)}# theirs\n`);
    await terminal.type("y");
    await terminal.press("Enter");
    await terminal.waitFor("another program changed");
    expect(await terminal.exitCode()).toBe(3);
    await terminal.close();
    expect(await text()).toBe(`${version(2)}# theirs\n`);
    await running(2);
    expect(await copies()).toBe("");
  });

  it("leaves a watch nothing to do", async () => {
    const first = await apply(1);
    await apply(2);
    const watch = await startWatch(box);
    expect((await fleet(box, "rollback", first, "--yes", "--lock-timeout", "20s")).code).toBe(0);
    const pid = await running(1);
    await watch.settled();
    await watch.stop();
    expect(await running(1)).toBe(pid);
    expect(await text()).toBe(version(1));
    expect((await runs()).at(-1)?.command).toBe(`fleet rollback ${first}`);
  });
});
