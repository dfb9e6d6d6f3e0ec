import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import needs from "../../src/sandbox/needs.json" with { type: "json" };
import type { Ran, Sandbox } from "../support/rig/sandbox.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";

const clone = new URL("../../", import.meta.url);

/** Makes a new clone with only the files read by the set-up, and a PATH of stand-ins with a log. */
async function makeClone(box: Sandbox, options: { without?: string; node?: string } = {}): Promise<void> {
  await box.sh("rm -rf ~/clone ~/bin ~/log && mkdir ~/bin && : >~/log");
  for (const file of ["scripts/setup.mjs", "src/sandbox/needs.json"]) {
    await box.write(`~/clone/${file}`, readFileSync(fileURLToPath(new URL(file, clone)), "utf8"));
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
}

function setUp(box: Sandbox): Promise<Ran> {
  const env = { PATH: `${box.home}/bin` };
  return box.run(["/run/fleet/bin/node", "scripts/setup.mjs"], { cwd: "~/clone", env });
}

describe("the set-up of a clone", () => {
  const box = useSandbox();

  it("installs the npm packages and builds, and says so", async () => {
    await makeClone(box);
    const ran = await setUp(box);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^set-up: npm packages installed \(.*\)\nset-up: dist built \(.*\)\n$/);
    expect(await box.read("~/log")).toBe("npm ci --no-audit --no-fund --prefer-offline --loglevel=error\n");
  });

  it("prints and does nothing the second time", async () => {
    await makeClone(box);
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
    await makeClone(box);
    await setUp(box);
    await box.sh(change);
    expect((await setUp(box)).stdout).toMatch(said);
  });

  describe("as root", () => {
    const root = useSandbox({ uid: 0 });

    it("installs missing system packages", async () => {
      await makeClone(root, { without: "flock" });
      const ran = await setUp(root);
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      expect(ran.stdout).toContain("set-up: util-linux installed");
      expect(await root.read("~/log")).toContain(
        "apt-get update -q\napt-get install -y --no-install-recommends util-linux\n",
      );
    });
  });

  it("gives an ordinary user the one command to run", async () => {
    await makeClone(box, { without: "tmux" });
    const ran = await setUp(box);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toBe(
      "set-up: Missing: tmux. Run this once:\n  sudo apt-get install -y --no-install-recommends tmux\n",
    );
    expect(await box.read("~/log")).not.toContain("apt-get");
  });

  it("shows the output of a failing step, and stops", async () => {
    await makeClone(box);
    await box.write("~/bin/npm", "#!/bin/sh\necho no network >&2\nexit 3\n", 0o755);
    const ran = await setUp(box);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/no network\nnpm ci .*failed\./);
  });

  it("refuses a node that is too old, and names the required version", async () => {
    await makeClone(box, { node: ">=99.1" });
    const ran = await setUp(box);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`node 99.1 or newer is needed, and this is ${process.versions.node}`);
  });
});
