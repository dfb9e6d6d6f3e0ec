import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bootLine,
  bootLineWithNode,
  bootLineWithPath,
  loginLine,
  readBootLine,
  type NodeProgram,
} from "../../src/transport/boot.ts";

const nonce = "n0nce";

describe("bootLine", () => {
  const folder = mkdtempSync(join(tmpdir(), "boot-"));
  let archive: Buffer;
  let of: { hash: string; bytes: number };
  beforeAll(() => {
    const tree = join(folder, "tree");
    mkdirSync(tree);
    writeFileSync(join(tree, "cli.js"), "of node");
    archive = execFileSync("tar", ["-cz", "-C", tree, "."]);
    of = { hash: createHash("sha256").update(archive).digest("hex"), bytes: archive.length };
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Makes a home with a node that says its version, and prints its arguments and its input. */
  const homeWith = (version: string | undefined): string => {
    const home = mkdtempSync(join(folder, "home-"));
    if (version === undefined) return home;
    const bin = join(home, ".nvm/versions/node/a/bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, "node"),
      `#!/bin/sh\n[ "$1" = --version ] && { echo ${version}; exit; }\necho "node $*"; cat\n`,
    );
    chmodSync(join(bin, "node"), 0o755);
    return home;
  };
  /** Programs without a node. */
  const path = (): string => {
    const bin = join(folder, "bin");
    if (!existsSync(bin)) {
      mkdirSync(bin);
      for (const program of "sh mkdir mktemp head sha256sum gzip tar mv rm stat cat wc uname getconf chmod find".split(
        " ",
      ))
        execFileSync("ln", ["-s", execFileSync("which", [program], { encoding: "utf8" }).trim(), bin]);
    }
    return bin;
  };
  const boot = (
    home: string,
    input: Buffer | string,
    shell: readonly string[] = ["/bin/sh"],
    line = loginLine(of, nonce),
  ) => {
    const [file = "", ...args] = shell;
    const ran = spawnSync(file, [...args, "-c", line], {
      input,
      env: { HOME: home, PATH: path() },
      encoding: "utf8",
    });
    return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
  };
  const tool = (home: string): readonly string[] => {
    const cache = join(home, ".cache/mosaic-fleet/tool");
    return existsSync(cache) ? readdirSync(cache) : [];
  };

  it("has no character that a login shell changes between single quotes", () => {
    for (const line of [bootLine, bootLineWithNode, bootLineWithPath]) {
      expect(line).not.toMatch(/['\\\n]/);
      expect(line.length).toBeLessThan(2_100);
    }
  });

  const shells = ["sh", "dash", "bash", "zsh", "ksh", "fish", "csh", "tcsh", "busybox"].flatMap((name) => {
    const found = spawnSync("which", [name], { encoding: "utf8" }).stdout.trim();
    return found === "" ? [] : [[name, name === "busybox" ? [found, "ash"] : [found]] as const];
  });
  it.each(shells)("ships and starts the program under %s", (_name, shell) => {
    const home = homeWith("v22.1.0");
    const first = boot(home, archive, shell);
    expect(first.stderr).toBe("");
    const cli = join(home, ".cache/mosaic-fleet/tool", of.hash, "cli.js");
    expect(first.stdout).toBe(
      `\nfleet-boot ${nonce} need\n\nfleet-boot ${nonce} go v22.1.0\nnode ${cli} __remote ${nonce}\n`,
    );
    expect(tool(home)).toEqual([of.hash]);
    const second = boot(home, "a request", shell);
    expect(second.stdout).toBe(`\nfleet-boot ${nonce} go v22.1.0\nnode ${cli} __remote ${nonce}\na request`);
  });

  it("starts the program by the node of a path, and says so if that is none", () => {
    const home = homeWith("v22.1.0");
    const cli = join(home, ".cache/mosaic-fleet/tool", of.hash, "cli.js");
    const by = (node: string, input: Buffer | string = "") =>
      boot(home, input, ["/bin/sh"], loginLine(of, nonce, node));
    const node = join(home, ".nvm/versions/node/a/bin/node");
    expect(by(node, archive).stdout).toContain(
      `fleet-boot ${nonce} go v22.1.0\nnode ${cli} __remote ${nonce}\n`,
    );
    expect(by("~/.nvm/versions/node/a/bin/node", "a request").stdout).toBe(
      `\nfleet-boot ${nonce} go v22.1.0\nnode ${cli} __remote ${nonce}\na request`,
    );
    expect(by("/none/node")).toMatchObject({
      code: 72,
      stdout: `\nfleet-boot ${nonce} badnode /none/node \n`,
    });
    writeFileSync(node, "#!/bin/sh\necho v18.1.0\n");
    expect(by(node).stdout).toBe(`\nfleet-boot ${nonce} badnode ${node} v18.1.0\n`);
  });

  it("leaves nothing of a torn or changed archive", () => {
    const home = homeWith("v22.1.0");
    for (const input of [archive.subarray(0, 40), Buffer.concat([Buffer.from("x"), archive])]) {
      const { code, stdout } = boot(home, input);
      expect([code, stdout]).toEqual([71, expect.stringContaining(`fleet-boot ${nonce} torn\n`)]);
      expect(tool(home)).toEqual([]);
    }
  });

  it("takes the program that another one has brought in the meantime", () => {
    const home = homeWith("v20.19.0");
    boot(home, archive);
    // The other one was quicker: its folder is whole when ours is.
    const line = loginLine(of, nonce).replace("if ! whole", "if :");
    const { code, stdout } = boot(home, archive, ["/bin/sh"], line);
    expect([code, stdout]).toEqual([0, expect.stringContaining(" go v20.19.0")]);
    expect(tool(home)).toEqual([of.hash]);
  });

  it.each(["cli.js", ".whole"])("asks for the program again if a power cut has emptied %s", (name) => {
    const home = homeWith("v22.1.0");
    boot(home, archive);
    const file = join(home, ".cache/mosaic-fleet/tool", of.hash, name);
    writeFileSync(file, "");
    expect(boot(home, archive).stdout).toContain(`fleet-boot ${nonce} need\n`);
    expect(boot(home, "a request").stdout).not.toContain("need");
    rmSync(file);
    expect(boot(home, archive).stdout).toContain(`fleet-boot ${nonce} need\n`);
    expect(boot(home, "a request").stdout).toContain(" go v22.1.0");
  });

  it("names a program that cannot be replaced", () => {
    const home = homeWith("v22.1.0");
    // Nothing is renamed onto a folder with other files, and this rm removes nothing.
    mkdirSync(join(home, ".cache/mosaic-fleet/tool", of.hash, "other"), { recursive: true });
    const line = loginLine(of, nonce).replace('whole || rm -rf "$d"', ":");
    const { code, stdout } = boot(home, archive, ["/bin/sh"], line);
    expect([code, stdout]).toEqual([71, expect.stringContaining(" damaged /")]);
  });

  const shipped = Buffer.from(
    '#!/bin/sh\n[ "$1" = --version ] && { echo v22.2.0; exit; }\necho "shipped $*"; cat\n',
  );
  const shippedNode = (): NodeProgram => ({
    hash: createHash("sha256").update(shipped).digest("hex"),
    bytes: shipped.length,
    machine: execFileSync("uname", ["-m"], { encoding: "utf8" }).trim(),
    libc: spawnSync("getconf", ["GNU_LIBC_VERSION"]).status === 0 ? "glibc" : "musl",
  });
  const nodesIn = (home: string): readonly string[] => {
    const cache = join(home, ".cache/mosaic-fleet/node");
    return existsSync(cache) ? readdirSync(cache) : [];
  };

  it.each(shells)("ships a node, and starts the program by it, under %s", (_name, shell) => {
    const home = homeWith("v22.1.0");
    const node = shippedNode();
    const line = loginLine(of, nonce, node);
    const cli = join(home, ".cache/mosaic-fleet/tool", of.hash, "cli.js");
    const said = (...words: readonly string[]): string =>
      words.map((word) => `\nfleet-boot ${nonce} ${word}\n`).join("");
    const first = boot(home, Buffer.concat([archive, shipped]), shell, line);
    expect([first.stderr, first.stdout]).toEqual([
      "",
      `${said("need", "need-node", "go v22.2.0")}shipped ${cli} __remote ${nonce}\n`,
    ]);
    expect(nodesIn(home)).toEqual([node.hash]);
    const second = boot(home, "a request", shell, line);
    expect(second.stdout).toBe(`${said("go v22.2.0")}shipped ${cli} __remote ${nonce}\na request`);
  });

  it("leaves nothing of a node that is cut, changed, or emptied later", () => {
    const home = homeWith(undefined);
    const line = loginLine(of, nonce, shippedNode());
    const killed = join(home, ".cache/mosaic-fleet/node/.new-killed");
    mkdirSync(killed, { recursive: true });
    utimesSync(killed, 0, 0);
    for (const input of [shipped.subarray(0, 9), Buffer.from(shipped.toString().replace("cat", "dog"))]) {
      const { code, stdout } = boot(home, Buffer.concat([archive, input]), ["/bin/sh"], line);
      expect([code, stdout]).toEqual([71, expect.stringContaining(`fleet-boot ${nonce} torn\n`)]);
      expect(nodesIn(home)).toEqual([]);
      rmSync(join(home, ".cache"), { recursive: true });
    }
    boot(home, Buffer.concat([archive, shipped]), ["/bin/sh"], line);
    writeFileSync(join(home, ".cache/mosaic-fleet/node", shippedNode().hash, "node"), "");
    expect(boot(home, shipped, ["/bin/sh"], line).stdout).toContain(
      `need-node\n\nfleet-boot ${nonce} go v22.2.0`,
    );
    expect(nodesIn(home)).toEqual([shippedNode().hash]);
  });

  it("refuses a node for another machine or libc before it crosses, and one that does not start", () => {
    const home = homeWith("v22.1.0");
    const node = shippedNode();
    for (const other of [
      { machine: "sparc64" },
      { libc: node.libc === "musl" ? "glibc" : "musl" } as const,
    ]) {
      const { code, stdout } = boot(home, archive, ["/bin/sh"], loginLine(of, nonce, { ...node, ...other }));
      expect([code, stdout]).toEqual([
        73,
        expect.stringContaining(`fleet-boot ${nonce} othermachine ${node.machine} ${node.libc}\n`),
      ]);
    }
    const broken = Buffer.from("#!/bin/sh\necho no library >&2; exit 127\n");
    const hash = createHash("sha256").update(broken).digest("hex");
    const line = loginLine(of, nonce, { ...node, hash, bytes: broken.length });
    expect(boot(home, broken, ["/bin/sh"], line)).toMatchObject({
      code: 72,
      stdout: expect.stringContaining(`fleet-boot ${nonce} nodefails no library\n`),
    });
  });

  it.each([
    [undefined, `fleet-boot ${nonce} nonode \n`],
    ["v18.20.1", `fleet-boot ${nonce} nonode v18.20.1\n`],
    ["v20.18.9", `fleet-boot ${nonce} nonode v20.18.9\n`],
  ])("refuses node %s", (version, expected) => {
    // This machine has a node of its own below /usr.
    const line = loginLine(of, nonce).replaceAll(" /usr/", " /nowhere/");
    const { code, stdout } = boot(homeWith(version), archive, ["/bin/sh"], line);
    expect([code, stdout]).toEqual([72, expect.stringContaining(expected)]);
  });
});

describe("readBootLine", () => {
  it("reads the lines with its nonce alone", () => {
    expect(readBootLine(`fleet-boot ${nonce} need`, nonce)).toEqual({ kind: "need" });
    expect(readBootLine(`fleet-boot ${nonce} need-node`, nonce)).toEqual({ kind: "need-node" });
    expect(readBootLine(`fleet-boot ${nonce} go v20.19.0\r`, nonce)).toEqual({
      kind: "go",
      node: "v20.19.0",
    });
    expect(readBootLine(`fleet-boot ${nonce} nonode v18.0.0`, nonce)).toEqual({
      kind: "refused",
      reason: "nonode",
      detail: "v18.0.0",
    });
    for (const line of [
      "fleet-boot other need",
      `Welcome! fleet-boot ${nonce} need`,
      `fleet-boot ${nonce} x`,
    ])
      expect(readBootLine(line, nonce)).toBeUndefined();
  });
});
