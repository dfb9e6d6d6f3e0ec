import { differs, type Ground } from "./ground.ts";
import { wrongsOfOutput } from "./judge.ts";
import { readingCommands, type ReadingName } from "./reading-commands.ts";

/** Runs a command that only reads. It changes nothing. */
export async function takeReading(ground: Ground, name: ReadingName, agent: string): Promise<void> {
  const { args, codes } = readingCommands[name];
  const before = ground.last;
  const ran = await ground.fleet(args.map((word) => (word === "AGENT" ? agent : word)));
  const after = await ground.settle("no change");
  ground.figures.readings++;
  ground.check([...wrongsOfOutput(ran, codes), ...differs(name, before, after)], ran);
}

/** Serves the page, asks it for the page, and ends it. It changes nothing and leaves no process. */
export async function openPage(ground: Ground, signal: "KILL" | "TERM"): Promise<void> {
  const before = ground.last;
  const script = `
    SOAK_PAGE=1 fleet ui --json --no-open >"$XDG_RUNTIME_DIR/page" 2>"$XDG_RUNTIME_DIR/page.err" & pid=$!
    for _ in $(seq 300); do grep -q '^}' "$XDG_RUNTIME_DIR/page" && break; sleep 0.1; done
    timeout 20 node -e '
      const { url } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
      fetch(url).then(async (page) => console.log(page.status, (await page.text()).includes("<html")))' "$XDG_RUNTIME_DIR/page"
    kill -${signal} $pid; wait $pid; echo "ended with $?"
    grep -qsz ^SOAK_PAGE= /proc/[0-9]*/environ && echo 'a process is left'
    cat "$XDG_RUNTIME_DIR/page.err" >&2; exit 0`;
  const ran = await ground.box.run(["bash", "-c", script], { timeoutMs: 60_000 });
  const after = await ground.settle("no change");
  ground.transcript.push(`fleet ui --no-open & sleep 1; kill -${signal} $!`);
  ground.figures.pages++;
  const [page = "", end = "", ...left] = ran.stdout.trim().split("\n");
  ground.check(
    [
      ...wrongsOfOutput(ran, [0]),
      ...differs("a page", before, after),
      ...(page === "200 true" ? [] : [`the page answers ${page}`]),
      ...(signal === "KILL" || /^ended with (0|130|143)$/.test(end) ? [] : [end]),
      ...left,
    ],
    ran,
  );
}
