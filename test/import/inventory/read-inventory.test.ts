import { describe, expect, it } from "vitest";
import { hostsFileText } from "../../../src/config/writing/hosts-text.ts";
import { parseFleet } from "../../../src/config/parse.ts";
import { readInventory, type Inventory } from "../../../src/import/inventory/read-inventory.ts";

/** The form of ansible-inventory --list, of ansible-core 2.14. */
const listed = {
  _meta: {
    hostvars: {
      "build1.example.org": { ansible_user: "ada" },
      build2: { ansible_host: "10.0.0.2", ansible_user: "ada", other: [1] },
      build3: {
        ansible_host: "10.0.0.3",
        ansible_port: 2222,
        ansible_ssh_private_key_file: "~/.ssh/build",
      },
      box: { ansible_connection: "community.docker.docker", ansible_user: "app" },
      desk: { ansible_connection: "local" },
      win: { ansible_connection: "winrm" },
      later: { ansible_host: "{{ address }}" },
    },
  },
  all: { children: ["ungrouped", "workers", "site"] },
  ungrouped: { hosts: ["desk"] },
  workers: { hosts: ["build1.example.org", "build2", "win", "later"], children: ["gpu"] },
  gpu: { hosts: ["build3"] },
  site: { children: ["workers"], hosts: ["box", "10.0.0.9", "10.0.0.10"] },
};

function read(value: unknown, group?: string): Inventory {
  const inventory = readInventory(value, group);
  if (!inventory.ok) throw new Error(JSON.stringify(inventory.diagnostics));
  return inventory.value;
}

describe("An inventory of Ansible", () => {
  it("has hosts with addresses, and with their groups as labels", () => {
    const site = { site: "yes" };
    const workers = { site: "yes", workers: "yes" };
    expect(read(listed).hosts).toEqual([
      { name: "10-0-0-10", ssh: "10.0.0.10", connect: undefined, labels: site },
      { name: "10-0-0-9", ssh: "10.0.0.9", connect: undefined, labels: site },
      {
        name: "box",
        ssh: undefined,
        connect: ["docker", "exec", "-i", "-u", "app", "box", "sh", "-c"],
        labels: site,
      },
      { name: "build1", ssh: "ada@build1.example.org", connect: undefined, labels: workers },
      { name: "build2", ssh: "ada@10.0.0.2", connect: undefined, labels: workers },
      { name: "build3", ssh: undefined, connect: undefined, labels: { gpu: "yes", ...workers } },
      { name: "desk", ssh: "local", connect: undefined, labels: {} },
    ]);
  });

  it("tells of everything that becomes another thing", () => {
    expect(read(listed).notes).toEqual([
      { kind: "renamed", host: "10.0.0.10", name: "10-0-0-10" },
      { kind: "renamed", host: "10.0.0.9", name: "10-0-0-9" },
      { kind: "renamed", host: "build1.example.org", name: "build1" },
      {
        kind: "ssh-config",
        host: "build3",
        lines: ["HostName 10.0.0.3", "Port 2222", "IdentityFile ~/.ssh/build"],
      },
      { kind: "left-out", host: "later", why: "template", value: "{{ address }}" },
      { kind: "left-out", host: "win", why: "connection", value: "winrm" },
    ]);
  });

  it("gives the hosts of one group, also those of the groups in it", () => {
    expect(read(listed, "workers").hosts.map(({ name }) => name)).toEqual(["build1", "build2", "build3"]);
    expect(readInventory(listed, "wrokers")).toMatchObject({
      ok: false,
      diagnostics: [{ code: "bad-usage" }],
    });
  });

  it("has a name of its own for each host", () => {
    const hosts = ["a.one", "a.two", "b", "b.one", "über.one", "all", "-x", "10.0.0.1", "x".repeat(80)];
    const { hosts: named } = read({ _meta: { hostvars: {} }, all: { hosts } });
    const names = named.map(({ name }) => name);
    expect(new Set(names).size).toBe(hosts.length);
    expect(named.filter(({ ssh }) => ssh?.startsWith("a."))).toMatchObject([
      { name: "a-one" },
      { name: "a-two" },
    ]);
    for (const name of names) expect(name).toMatch(/^(?!all$)[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/);
  });

  it("is refused if it is another thing, and read if parts of it are", () => {
    for (const value of [null, [], "x", {}, { all: { hosts: ["a"] } }])
      expect(readInventory(value)).toMatchObject({ ok: false, diagnostics: [{ code: "unreadable-output" }] });
    const odd = {
      _meta: { hostvars: { a: 1, b: { ansible_host: 7, ansible_port: {} } } },
      g: null,
      h: ["a"],
      i: 3,
    };
    expect(read(odd).hosts.map(({ name }) => name)).toEqual(["a", "b"]);
    const circle = { _meta: {}, a: { hosts: ["x"], children: ["b"] }, b: { children: ["a"] } };
    expect(read(circle, "b").hosts).toMatchObject([{ name: "x", labels: { a: "yes", b: "yes" } }]);
  });

  it("becomes a file that fleet.yaml can include", () => {
    const text = hostsFileText(
      [
        { name: "build1", keys: { ssh: "ada@build1.example.org", labels: { "a: b": "yes" } } },
        { name: "yes", keys: {} },
      ],
      ["Made by hand"],
    );
    expect(text).toBe(
      '# Made by hand\nversion: 1\nhosts:\n  build1: { ssh: ada@build1.example.org, labels: { "a: b": "yes" } }\n  "yes": {}\n',
    );
    const first =
      "version: 1\ninclude: hosts.yaml\nhosts: { desk: {} }\nagents: { a: { command: x, hosts: build1 } }\n";
    const parsed = parseFleet(first, "fleet.yaml", {
      id: "fleet.yaml",
      read: (name) => ({ ok: true, value: { name, id: name, file: name, text } }),
    });
    expect(parsed).toMatchObject({
      ok: true,
      value: { hosts: { desk: {}, build1: { labels: { "a: b": "yes" } }, yes: {} } },
    });
  });
});
