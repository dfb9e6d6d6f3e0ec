import { beforeAll, describe, expect, it } from "vitest";
import { fleet } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { awaitEntry } from "../../support/watch/service.ts";

describe("fleet source enroll", () => {
  const box = useSandbox();
  const enroll = (...words: readonly string[]) =>
    fleet(box, "source", "enroll", "/run/home/fleet.git", ...words);
  const push = (name: string): Promise<string> =>
    box.sh(`cd ~/repo && sed -i 's/^name: .*/name: ${name}/' fleet.yaml
      git add . && git commit -q --allow-empty -S -m Change && git push -qf origin HEAD:main && git rev-parse HEAD`);

  beforeAll(async () => {
    await box.sh(`git config --global user.name Ada; git config --global user.email ada@example.org
      ssh-keygen -q -t ed25519 -N '' -f ~/key; echo "ada $(cat ~/key.pub)" > ~/signers
      git config --global gpg.format ssh; git config --global user.signingkey ~/key.pub
      git init -q --bare -b main ~/fleet.git; git init -q -b main ~/repo; git -C ~/repo remote add origin ~/fleet.git
      printf 'version: 1\\nname: web\\nhosts: { desk: {}, other: {} }\\nagents:\\n  a: { command: exec sleep 1000, hosts: desk }\\n' > ~/repo/fleet.yaml`);
    await push("web");
  });

  it("installs nothing if signers, signatures or the consent are missing", async () => {
    await box.sh(`echo "ada $(ssh-keygen -q -t ed25519 -N '' -f ~/other && cat ~/other.pub)" > ~/others`);
    const before = await machineState(box);
    const results: Record<string, number> = {};
    const said = async (what: string, ...words: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await enroll(...words);
      results[what] = code;
      return stdout + stderr;
    };
    expect(await said("no signers", "--yes")).toContain("--signers FILE");
    await said("no such file", "--signers", "nowhere", "--yes");
    expect(await said("another key", "--signers", "/run/home/others", "--as", "desk", "--yes")).toContain(
      "no allowed signer has signed",
    );
    expect(await said("no host", "--signers", "/run/home/signers", "--yes")).toContain(
      "is no host of this fleet",
    );
    expect(await said("no consent", "--signers", "/run/home/signers", "--as", "desk")).toContain("+ a");
    expect(results).toEqual({
      "no signers": 64,
      "no such file": 1,
      "another key": 6,
      "no host": 65,
      "no consent": 64,
    });
    expect(await machineState(box)).toEqual(before);
    expect(await box.sh("ls -A ~/.cache/mosaic-fleet 2>/dev/null | grep enroll || :")).toBe("");
  });

  it("runs the fleet by its service, which fetches at each reload", async () => {
    const { code, stdout, stderr } = await enroll("--signers", "/run/home/signers", "--as", "desk", "--yes");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("web-fleet.service");
    await awaitEntry(box, "that a runs", /^\+ a added$/, 0, "web-fleet");
    expect(
      await box.sh("stat -c %a ~/.config/web/fleet/source.yaml ~/.config/web/fleet/allowed_signers"),
    ).toBe("600\n600\n");
    const next = (await push("web")).trim();
    await box.sh("systemctl --user reload web-fleet");
    const status = async (): Promise<{ placed: string; applied: { revision: string } | null }> =>
      JSON.parse(
        (
          await fleet(
            box,
            "source",
            "status",
            "--source",
            "/run/home/.config/web/fleet/source.yaml",
            "--json",
          )
        ).stdout,
      ) as Awaited<ReturnType<typeof status>>;
    await until(
      "the next revision is applied",
      async () => (await status()).applied?.revision === next || undefined,
    );
    // The same at once, and its result: here, and for another machine.
    const newest = (await push("web")).trim();
    const synced = await fleet(
      box,
      "source",
      "sync",
      "--source",
      "~/.config/web/fleet/source.yaml",
      "--json",
    );
    expect([synced.code, JSON.parse(synced.stdout)], synced.stderr).toMatchObject([
      0,
      { newest, applied: { revision: newest }, trouble: null },
    ]);
    await box.sh(
      "cd ~/repo && git commit -q --allow-empty --no-gpg-sign -m Unsigned && git push -q origin HEAD:main",
    );
    const view = { version: 1, name: "web", hosts: { desk: { connect: ["sh", "-c"] } }, agents: {} };
    await box.write("~/work/fleet.yaml", JSON.stringify(view));
    const refused = await fleet(box, "hosts", "sync", "desk");
    expect([refused.code, refused.stdout]).toEqual([
      6,
      expect.stringMatching(/^STATE .*\nunsigned +[0-9a-f]{10} +[0-9a-f]{10} +desk\n/),
    ]);
    expect(refused.stderr).toContain("desk: ");
    await push("web");
    const again = await enroll("--signers", "/run/home/signers", "--as", "desk", "--yes");
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("No changes.") as string });
    const file = "/run/home/.config/web/fleet/pulled/fleet.yaml";
    expect((await fleet(box, "hosts", "-f", file)).stdout).toMatch(/desk\*/);
    expect((await fleet(box, "watch", "--uninstall", "-f", file)).code).toBe(0);
    expect((await fleet(box, "destroy", "--yes", "-f", file)).code).toBe(0);
  });
});
