import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "../../desired/version.ts";
import { claimRun, claimsFolder, endRun } from "../../drivers/files/pushed/run-claim.ts";
import { sweepTools } from "../../drivers/files/pushed/tools.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { observeLingering } from "../../observe/lingering.ts";
import { lingerProblem } from "../../report/hosts/change-lines.ts";
import { framedOutput } from "../../report/remote/framed-output.ts";
import { print } from "../../report/terminal/print.ts";
import { localMachine } from "../../system/environment.ts";
import { elapsedFromNow } from "../../system/elapsed.ts";
import { localExec } from "../../system/exec.ts";
import { machineKey } from "../../system/machine-key.ts";
import { digest } from "../../text/digests/digest.ts";
import { errorMessage } from "../../text/error-message.ts";
import { frameLine, type Frame, type HostFacts, type RemoteRequest } from "../../transport/frames.ts";
import type { Context } from "../shared/context.ts";
import { exitCodeOf, exitCodes } from "../shared/exit-codes.ts";
import type { CommonFlags } from "../shared/flags.ts";
import { answerQuestion, cancelled } from "./answer-question.ts";
import { hearRequest } from "./read-request.ts";
import { internalError } from "../../diagnostics/internal-error.ts";

/** A function that runs the words of a command line, each command with this context. Throws commander's errors. */
export type RunWords = (
  words: readonly string[],
  contextOf: (flags: CommonFlags) => Context,
) => Promise<number>;

/** The time between two signs of life, ms. */
const beatMs = 5_000;

/**
 * Runs `fleet __remote NONCE`: a command of `fleet` for another machine, which sends it, and fleet.yaml, on standard input.
 * Each frame of its answer is a line. The loss of the other machine ends nothing: a change goes on to its end.
 */
export async function serveRemote(nonce: string, runWords: RunWords): Promise<number> {
  const sent: Frame[] = [];
  let isKept = false;
  const send = (frame: Frame): void => print("stdout", frameLine(frame, nonce));
  const keep = (frame: Frame): void => {
    if (isKept && frame.kind !== "trace" && frame.kind !== "progress") sent.push(frame);
    send(frame);
  };
  print("stdout", "\n");
  const beats = setInterval(() => send({ kind: "beat" }), beatMs).unref();
  const end = (code: number): number => {
    clearInterval(beats);
    send({ kind: "done", code });
    return code;
  };
  const heard = hearRequest();
  const request = await heard.request;
  const { run, asks = false, beginWithinMs } = request ?? {};
  const waits = !asks && beginWithinMs !== undefined;
  if (!waits) heard.close();
  if (request === undefined) return end(exitCodes.usage);
  isKept = run !== undefined;
  sweepTools(dirname(fileURLToPath(import.meta.url)), join(localMachine().configHome, "systemd/user"));
  const facts = await factsOfHere(request);
  const sinceOffer = elapsedFromNow();
  send({ kind: "host", facts });
  const folder = claimsFolder(localMachine().runtimeDir);
  if (asks && run !== undefined) return answerQuestion(folder, run, send, end);
  if (run !== undefined) {
    // The request may have waited here for long, and its sender may be gone.
    const isWanted = !waits || ((await heard.goAhead(beginWithinMs)) && sinceOffer() <= beginWithinMs);
    heard.close();
    const claimed = await claimRun(folder, run, isWanted ? "run" : "cancel");
    if (!isWanted) return cancelled(send, end);
    const problems = claimed.ok ? [askedTwice] : claimed.diagnostics;
    if (!claimed.ok || !claimed.value) {
      send({ kind: "problems", problems });
      return end(exitCodeOf(problems[0]?.code));
    }
  }
  const stop = new AbortController();
  // A change goes on without its reader. Anything else would run for nobody, some of it for ever.
  if (run === undefined) process.stdout.on("error", () => stop.abort());
  const code = await runRequest(request, facts, runWords, keep, stop.signal);
  // A result that cannot be kept only matters to a question for it.
  if (run !== undefined) await endRun(folder, run, { code, frames: sent });
  return end(code);
}

async function runRequest(
  { file, texts, revision, host, among, words, calledAs, input, waits, agreed, saved, form }: RemoteRequest,
  { lingers }: HostFacts,
  runWords: RunWords,
  send: (frame: Frame) => void,
  stop: AbortSignal,
): Promise<number> {
  // With a question, the other side refuses it before.
  if (saved !== undefined && lingers === false) {
    send({ kind: "problems", problems: [lingerProblem()] });
    return exitCodes.blocked;
  }
  const contextOf = (flags: CommonFlags): Context => {
    const output = framedOutput(send, form);
    const machine = localMachine();
    return {
      flags: { ...flags, file, texts: new Map(texts), hostHere: host, among, waits, verbose: form.verbose },
      machine,
      output,
      exec: localExec(machine, output.trace),
      caller: {
        stop,
        agreedPlan: agreed,
        calledAs,
        revision,
        input,
        onProgress: (line) => send({ kind: "progress", line }),
        onProposal: (id) => send({ kind: "proposal", id }),
        onSaved: (plan) => send({ kind: "saved", plan }),
        savedPlan: saved && JSON.stringify(saved),
      },
    };
  };
  try {
    return await runWords(words, contextOf);
  } catch (error) {
    send({ kind: "problems", problems: [bugOfRun(error)] });
    return exitCodes.error;
  }
}

async function factsOfHere({ followedOf }: RemoteRequest): Promise<HostFacts> {
  const machine = localMachine();
  return {
    version,
    node: process.versions.node,
    // The first line of the boot has put it there.
    ...(/\/mosaic-fleet\/node\/[0-9a-f]{64}\/node$/.test(process.execPath) ? { isShippedNode: true } : {}),
    hostname: hostname(),
    uid: machine.uid,
    machine: digest(`fleet-host ${machineKey()} ${machine.uid}`),
    lingers: await observeLingering(localExec(machine), machine.uid),
    clock: Date.now(),
    followed:
      followedOf === undefined
        ? undefined
        : await (await import("./followed-here.ts")).followedHere(followedOf, machine),
  };
}

const askedTwice: Diagnostic = {
  severity: "error",
  code: "blocked",
  summary: "this run was asked for before",
  detail: "It happens once at most.",
};

function bugOfRun(error: unknown): Diagnostic {
  const message = errorMessage(error);
  const detail = process.env["DEBUG"] && error instanceof Error ? (error.stack ?? message) : message;
  return internalError(detail, "completed actions stay done");
}
