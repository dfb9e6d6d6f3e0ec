import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hasSshd, useSshHosts } from "../../support/hosts/ssh-hosts.ts";
import type { Ran } from "../../support/rig/sandbox.ts";

const hasAnsible = spawnSync("ansible-playbook", ["--version"]).status === 0;

/** Returns the playbooks of a page, in their order. */
function playbooksOf(page: string): readonly string[] {
  const blocks = readFileSync(page, "utf8").matchAll(/^```yaml\n(- name: .*?)^```$/gms);
  return [...blocks].map(([, text = ""]) => text);
}

/** `npm run hosts -- --ansible` runs it, and the suite does on a machine with Ansible. */
describe.skipIf(!hasSshd || !hasAnsible)("a playbook of docs/ansible.md", () => {
  const machines = useSshHosts(["build1", "build2"]);
  const [push = "", each = ""] = playbooksOf("docs/ansible.md");
  const play = (playbook: string, ...words: readonly string[]): Promise<Ran> =>
    machines.desk.run(["ansible-playbook", "-i", "inventory.ini", playbook, ...words], {
      timeoutMs: 100_000,
      env: { ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3", ANSIBLE_PIPELINING: "1", ANSIBLE_NOCOWS: "1" },
    });
  const recap = ({ stdout }: Ran): readonly string[] =>
    [...stdout.matchAll(/^(\S+) +: ok=(\d+) +changed=(\d+) .* failed=(\d+) +skipped=(\d+)/gm)].map((all) =>
      all.slice(1).join(" "),
    );

  it("pushes to the hosts of the inventory, and changes nothing a second time", async () => {
    const { desk } = machines;
    await desk.write("~/work/inventory.ini", "[workers]\nbuild1\nbuild2\n");
    const imported = await desk.run(["sh", "-c", "fleet hosts import inventory.ini > hosts.yaml"]);
    expect([imported.code, imported.stderr]).toEqual([0, "2 hosts from inventory.ini\n"]);
    const file = (model: string): string =>
      `version: 1\ninclude: [hosts.yaml]\nagents:\n  coder: { command: exec sleep 1000, env: { MODEL: ${model} }, hosts: { labels: { workers: "yes" } } }\n`;
    await desk.write("~/work/fleet.yaml", file("a"));
    await desk.write("~/work/push.yml", push);
    expect(recap(await play("push.yml", "--check"))).toEqual(["localhost 1 1 0 1"]);
    const first = await play("push.yml");
    expect([first.code, recap(first)], first.stdout).toEqual([0, ["localhost 2 2 0 0"]]);
    expect(recap(await play("push.yml"))).toEqual(["localhost 1 0 0 1"]);
    for (const name of ["build1", "build2"])
      expect(await machines.host(name).sh("systemctl --user is-active mosaic-agent@coder")).toBe("active\n");
    expect(
      (await desk.run(["sh", "-c", "fleet hosts import -q inventory.ini | diff hosts.yaml -"])).code,
    ).toBe(0);
  });

  it("brings the file to each host, and applies it there", async () => {
    const { desk } = machines;
    await desk.write("~/work/fleet.yaml", "version: 1\nagents:\n  own: { command: exec sleep 1000 }\n");
    await desk.write("~/work/each.yml", each);
    for (const name of ["build1", "build2"])
      await machines
        .host(name)
        .sh("systemctl --user stop mosaic-agent@coder; rm -rf ~/.config/mosaic ~/.config/systemd");
    const first = await play("each.yml");
    expect([first.code, recap(first)], first.stdout + first.stderr).toEqual([
      0,
      ["build1 3 3 0 0", "build2 3 3 0 0"],
    ]);
    const second = await play("each.yml");
    expect([second.code, recap(second)], second.stdout).toEqual([0, ["build1 3 0 0 0", "build2 3 0 0 0"]]);
    await desk.write("~/work/fleet.yaml", "version: 1\nagents: { own: { comand: x } }\n");
    const wrong = await play("each.yml");
    expect([wrong.code, wrong.stdout]).toEqual([2, expect.stringContaining("unknown key")]);
  });
});
