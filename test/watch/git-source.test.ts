import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fleet } from "../support/fleet/fleet.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { until } from "../support/rig/until.ts";
import { startWatch, type RunningWatch, type Told } from "../support/watch/watcher.ts";

const source = "/run/home/.config/mosaic/fleet/source.yaml";
const state = "~/.local/state/mosaic/fleet/source";
const withAgents = (...names: readonly string[]): string =>
  `version: 1\nagents:\n${names.map((name) => `  ${name}: { command: exec sleep 1000 }\n`).join("")}`;

describe("fleet watch --source", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  const git = (script: string): Promise<string> => box.sh(`cd ~/repo && ${script}`);
  const push = (signed: string, ...names: readonly string[]): Promise<string> =>
    git(`cat > fleet.yaml <<'X'\n${withAgents(...names)}X
      git add fleet.yaml && git commit -q ${signed} -m 'Agents ${names.join(" ")}' && git push -qf origin HEAD:main
      git rev-parse HEAD`);
  const begin = (): Promise<RunningWatch> => startWatch(box, ["--source", source], { isReady: placed });
  const placed = ({ event }: Told): boolean => event === "source-placed";
  const anchor = async (): Promise<unknown> =>
    (JSON.parse((await box.read(`${state}/anchor.json`)) || "{}") as { revision?: string }).revision;
  const running = async (): Promise<string> =>
    (await box.sh("systemctl --user list-units --plain --no-legend --state=active 'mosaic-agent@*' || :"))
      .split("\n")
      .flatMap((line) => /^mosaic-agent@(.*)\.service/.exec(line)?.[1] ?? [])
      .join(" ");
  const applied = (revision: string): Promise<unknown> =>
    until("the revision is applied", async () => (await anchor()) === revision.trim() || undefined);

  beforeAll(async () => {
    await box.sh(`set -e
      git config --global user.name Ada; git config --global user.email ada@example.org
      ssh-keygen -q -t ed25519 -N '' -f ~/key
      git config --global gpg.format ssh; git config --global user.signingkey ~/key.pub
      git init -q --bare -b main ~/fleet.git; git init -q -b main ~/repo; git -C ~/repo remote add origin ~/fleet.git
      mkdir -p -m 700 ~/.config/mosaic/fleet
      echo "ada $(cat ~/key.pub)" > ~/.config/mosaic/fleet/allowed_signers
      printf 'version: 1\\ngit: /run/home/fleet.git\\nverify: { allowedSigners: ~/.config/mosaic/fleet/allowed_signers }\\n' > ${source}
      chmod 600 ~/.config/mosaic/fleet/*`);
    await push("-S", "a");
    watch = await begin();
  });
  afterAll(async () => {
    await watch.stop();
    await fleet(box, "destroy", "--yes");
  });

  it("applies a signed commit, and other commands find its file", async () => {
    const revision = (await git("git rev-parse HEAD")).trim();
    await applied(revision);
    expect(await running()).toBe("a");
    const told = await watch.told();
    expect(told.find(placed)).toMatchObject({
      revision,
      signer: "ada",
      ref: "refs/heads/main",
      isFirst: true,
    });
    expect(told.filter(({ event }) => event === "file-rejected")).toEqual([]);
    const { stdout } = await box.run(["fleet", "history", "--json"]);
    expect(stdout).toContain(revision);
  });

  it("refuses an unsigned commit once, and applies the signed one in its place", async () => {
    const { length } = await watch.told();
    const before = await anchor();
    const unsigned = (await push("--no-gpg-sign", "a", "b")).trim();
    await watch.signal("HUP");
    const refused = await watch.waitFor("it refuses", ({ event }) => event === "source-refused", length);
    expect(refused).toMatchObject({ trouble: { why: "unsigned", revision: unsigned }, inForce: true });
    await watch.signal("HUP");
    await watch.settled();
    expect((await watch.told()).slice(length).filter(({ event }) => event === "source-refused")).toHaveLength(
      1,
    );
    expect([await running(), await anchor()]).toEqual(["a", before]);
    const repaired = (
      await git("git commit -q --amend --no-edit -S && git push -qf origin HEAD:main && git rev-parse HEAD")
    ).trim();
    await watch.signal("HUP");
    await watch.waitFor("it works again", ({ event }) => event === "source-works", length);
    await applied(repaired);
    await until("b runs", async () => (await running()) === "a b" || undefined);
  });

  it("refuses an older revision, and keeps the fleet as it is", async () => {
    const { length } = await watch.told();
    const before = await anchor();
    await git("git push -qf origin HEAD~1:main");
    await watch.signal("HUP");
    const refused = await watch.waitFor("it refuses", ({ event }) => event === "source-refused", length);
    expect(refused).toMatchObject({ trouble: { why: "rewritten", anchor: before } });
    await git("git push -qf origin HEAD:main");
    await watch.signal("HUP");
    await watch.waitFor("it works again", ({ event }) => event === "source-works", length);
    expect(await running()).toBe("a b");
  });

  it("stays at a pinned revision until it is unpinned, by pin or rollback", async () => {
    const newest = (await anchor()) as string;
    const first = (await git("git rev-parse HEAD~1")).trim();
    const look = async (): Promise<{ placed: string; pin: { revision: string } | null; trouble: unknown }> =>
      JSON.parse((await fleet(box, "source", "status", "--json")).stdout) as Awaited<ReturnType<typeof look>>;
    const dry = await fleet(box, "rollback", first.slice(0, 8), "--dry-run");
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("agent b will be removed when it is idle") as string,
    });
    expect((await look()).pin).toBeNull();
    for (const words of [["source", "pin"], ["rollback"]] as const) {
      const pinned = await fleet(box, ...words, first.slice(0, 8), "--yes");
      expect(pinned.code, pinned.stderr).toBe(0);
      await until("the pinned one is in place", async () => (await look()).placed === first || undefined);
      expect([await anchor(), (await look()).pin?.revision]).toEqual([newest, first]);
      expect((await fleet(box, "status")).stdout).toContain(`Source main at ${first.slice(0, 10)}, pinned\n`);
      expect((await fleet(box, "source", "unpin")).code).toBe(0);
      await until("the newest one is in place", async () => (await look()).placed === newest || undefined);
    }
    const unknown = await fleet(box, "source", "pin", "1234567", "--yes");
    expect(unknown).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("no fetched revision") as string,
    });
  });

  it("takes a rewritten history only with the consent to its newest revision", async () => {
    await git("git push -qf origin HEAD~1:main && git branch -f older HEAD~1");
    const older = (await git("git rev-parse older")).trim();
    const { length } = await watch.told();
    await watch.signal("HUP");
    await watch.waitFor("it refuses", ({ event }) => event === "source-refused", length);
    const status = await fleet(box, "source", "status");
    expect(status.stderr).toContain(`fleet source accept ${older.slice(0, 10)}`);
    expect((await fleet(box, "status")).stdout).toContain("the source was rewritten");
    expect((await fleet(box, "doctor")).stdout).toContain("the source was rewritten");
    const wrong = await fleet(box, "source", "accept", "older~0^{commit}", "--yes");
    expect(wrong.code).toBe(64);
    const other = await fleet(box, "source", "accept", ((await anchor()) as string).slice(0, 9), "--yes");
    expect(other).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("Only the newest revision") as string,
    });
    const accepted = await fleet(box, "source", "accept", older.slice(0, 10), "--yes");
    expect(accepted.code, accepted.stderr).toBe(0);
    await applied(older);
    await git("git push -qf origin main:main");
    await watch.signal("HUP");
    await applied(await git("git rev-parse main"));
    await until("b runs", async () => (await running()) === "a b" || undefined);
  });

  it("repairs its files after a power cut, and does not forget the applied revision", async () => {
    await watch.stop();
    const before = await anchor();
    await box.sh(
      // Without its last line, which declares b, the file is still a valid one.
      `cd ${state} && sed -i '$d' trees/*/fleet.yaml && chmod -R u+w mirrors && find mirrors -type f -exec truncate -s 0 {} +`,
    );
    watch = await startWatch(box, ["--source", source], {
      isReady: ({ event }) => event === "file-rejected",
    });
    await until("it has fetched a new copy", async () => {
      await watch.signal("HUP");
      return (await watch.told()).some(placed) || undefined;
    });
    expect([await running(), await anchor()]).toEqual(["a b", before]);
    await watch.stop();
    // The files are in place, so the first look may come before the first fetch.
    await box.sh(`rm ${state}/anchor.json`);
    watch = await startWatch(box, ["--source", source], { isReady: ({ event }) => event === "watching" });
    await watch.signal("HUP");
    await applied(before as string);
    await watch.stop();
    await box.sh(`: > ${state}/anchor.json`);
    watch = await startWatch(box, ["--source", source], { isReady: ({ event }) => event === "watching" });
    await watch.signal("HUP");
    const lost = await watch.waitFor("it refuses", ({ event }) => event === "source-refused");
    expect(lost).toMatchObject({ trouble: { why: "settings", diagnostics: [{ code: "file-unreadable" }] } });
    expect(await running()).toBe("a b");
  });
});
