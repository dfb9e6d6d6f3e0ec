import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import needs from "../../src/sandbox/needs.json" with { type: "json" };
import { openSandbox, type Ran, type Sandbox } from "../support/rig/sandbox.ts";

const root = new URL("../../", import.meta.url);

/** Makes a clone with only the files read by the set-up, and a PATH of stand-ins with a log. */
async function openClone(options: { uid?: number; without?: string; node?: string }): Promise<Sandbox> {
  const box = await openSandbox(options.uid === undefined ? {} : { uid: options.uid });
  for (const file of ["scripts/setup.mjs", "src/sandbox/needs.json"]) {
    await box.write(`~/clone/${file}`, readFileSync(fileURLToPath(new URL(file, root)), "utf8"));
  }
  await box.write("~/clone/package.json", JSON.stringify({ engines: { node: options.node ?? ">=20.19" } }));
  await box.write("~/clone/package-lock.json", "{}");
  await box.write("~/clone/units/a.service", "");
  const touch = 'import { mkdirSync, writeFileSync } from "node:fs";';
  await box.write(
    "~/clone/scripts/build.mjs",
    `${touch} mkdirSync("dist", { recursive: true }); writeFileSync("dist/cli.js", "");`,
  );
  const programs = [...needs.map(({ program }) => program), "apt-get"];
  for (const program of programs.filter((each) => each !== options.without)) {
    await box.write(`~/bin/${program}`, `#!/bin/sh\necho "${program} $*" >>~/log\n`, 0o755);
  }
  const install = "/bin/mkdir -p node_modules && /bin/touch node_modules/.package-lock.json";
  await box.write("~/bin/npm", `#!/bin/sh\necho "npm $*" >>~/log\n${install}\n`, 0o755);
  await box.sh("touch ~/log");
  return box;
}

function setUp(box: Sandbox): Promise<Ran> {
  const env = { PATH: `${box.home}/bin` };
  return box.run(["/run/fleet/bin/node", "scripts/setup.mjs"], { cwd: "~/clone", env });
}

describe("the set-up of a clone", () => {
  let box: Sandbox;
  afterEach(() => box.close());

  it("installs the npm packages and builds, and says so", async () => {
    box = await openClone({});
    const ran = await setUp(box);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^set-up: npm packages installed \(.*\)\nset-up: dist built \(.*\)\n$/);
    expect(await box.read("~/log")).toBe("npm ci --no-audit --no-fund --loglevel=error\n");
  });

  it("prints and does nothing the second time", async () => {
    box = await openClone({});
    await setUp(box);
    await box.sh(": >~/log");
    expect(await setUp(box)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await box.read("~/log")).toBe("");
  });

  it.each([
    ["a changed unit", "touch ~/clone/units/a.service", /^set-up: dist built .*\n$/],
    ["a removed file", "rm ~/clone/units/a.service", /^set-up: dist built .*\n$/],
    [
      "a changed lock file",
      "touch ~/clone/package-lock.json",
      /^set-up: npm packages installed .*\nset-up: dist/,
    ],
  ])("notices %s", async (_, change, said) => {
    box = await openClone({});
    await setUp(box);
    await box.sh(change);
    expect((await setUp(box)).stdout).toMatch(said);
  });

  it("installs missing system packages as root", async () => {
    box = await openClone({ uid: 0, without: "flock" });
    const ran = await setUp(box);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("set-up: util-linux installed");
    expect(await box.read("~/log")).toContain(
      "apt-get update -q\napt-get install -y --no-install-recommends util-linux\n",
    );
  });

  it("gives an ordinary user the one command to run", async () => {
    box = await openClone({ without: "tmux" });
    const ran = await setUp(box);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toBe(
      "set-up: Missing: tmux. Run this once:\n  sudo apt-get install -y --no-install-recommends tmux\n",
    );
    expect(await box.read("~/log")).not.toContain("apt-get");
  });

  it("shows the output of a failing step, and stops", async () => {
    box = await openClone({});
    await box.write("~/bin/npm", "#!/bin/sh\necho no network >&2\nexit 3\n", 0o755);
    const ran = await setUp(box);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/no network\nnpm ci .*failed\./);
  });

  it("refuses a node that is too old, and names the required version", async () => {
    box = await openClone({ node: ">=99.1" });
    const ran = await setUp(box);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`node 99.1 or newer is needed, and this is ${process.versions.node}`);
  });
});
