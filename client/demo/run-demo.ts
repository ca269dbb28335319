import { join } from "node:path";
import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { ProcessSupervisor } from "../services/index.js";
import { type Terminal, toFlamencoError } from "../terminal/index.js";
import { readCast } from "./cast.js";
import { type DemoFolder, findExamples, openDemoFolder } from "./demo-folder.js";
import type { DemoSummary } from "./demo-summary.js";
import { watchSignals } from "./interruption.js";
import { openNetwork } from "./network.js";
import { describeEnd } from "./next-commands.js";
import { openStepLog } from "./step-log.js";
import { STEPS, tellStory } from "./story.js";

export interface DemoOptions {
  /** Output folder, absolute. */
  readonly out: string;
  /** Leave the services up until an interrupt. */
  readonly keep: boolean;
  readonly terminal: Terminal;
  readonly environment: NodeJS.ProcessEnv;
  readonly showTables: boolean;
  /** The demo's results are there; with `keep`, before it waits. */
  readonly onSummary: (summary: DemoSummary) => void;
}

/** Settings of the person's own services must not reach the demo's: each node has its embedded database. */
const NOT_PASSED_ON = ["DATABASE_URL", "FLAMENCO_DATA_DIR", "FLAMENCO_REGISTRY", "NODE_OPTIONS", "NODE_V8_COVERAGE"];

/**
 * Run the demo: real services as separate processes, stopped again however it ends.
 * @returns the exit code
 * @throws FLM_DEMO_RUNNING, FLM_FILE_EXISTS, FLM_DEMO_FAILED with the step's own error as details, FLM_INTERRUPTED
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { terminal, out } = options;
  const supervisor = new ProcessSupervisor(
    Object.fromEntries(Object.entries(options.environment).filter(([name]) => !NOT_PASSED_ON.includes(name))),
  );
  const interruption = watchSignals(() => supervisor.killAll());
  const steps = openStepLog(terminal, STEPS, () => performance.now());
  let folder: DemoFolder | undefined;
  try {
    const examples = await findExamples();
    const cast = await readCast(examples);
    folder = await openDemoFolder(out);
    const lost = openFailure();
    const network = openNetwork({
      folder,
      supervisor,
      onRestart: (name, reason) => steps.say(`${name} died (${reason}); starting it again.`),
      onLost: lost.fail,
    });
    const story = tellStory({
      cast,
      folder,
      network,
      steps,
      terminal,
      signal: interruption.signal,
      showTables: options.showTables,
    });
    const end = await interruption.race(Promise.race([story, lost.promise]));
    options.onSummary(end.summary);
    terminal.note(describeEnd(terminal, { ...end, out, keep: options.keep, seconds: steps.elapsed(), examples }));
    if (options.keep) await interruption.race(lost.promise).catch(ignoreInterruption);
    return 0;
  } catch (error) {
    if (isFlamencoError(error, "FLM_INTERRUPTED")) {
      terminal.note("\nInterrupted; stopping every service.\n");
      await supervisor.close();
      return interruption.exitCode() ?? 1;
    }
    throw atStep(error, steps.failedStep(), out);
  } finally {
    await supervisor.close();
    folder?.release();
    interruption.close();
  }
}

/** A promise that only ever fails, from outside. */
function openFailure(): { readonly promise: Promise<never>; readonly fail: (error: FlamencoError) => void } {
  let fail: (error: FlamencoError) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    fail = reject;
  });
  promise.catch(() => undefined);
  return { promise, fail };
}

function ignoreInterruption(error: unknown): void {
  if (!isFlamencoError(error, "FLM_INTERRUPTED")) throw error;
}

function atStep(thrown: unknown, step: string | undefined, out: string): unknown {
  const error = toFlamencoError(thrown);
  if (step === undefined || error.code === "FLM_DEMO_FAILED") return error;
  const details = [{ at: error.code, message: error.message }, ...error.details];
  return new FlamencoError(
    "FLM_DEMO_FAILED",
    `The demo could not finish this step: ${step}. Logs are in ${join(out, "logs")}.`,
    {
      details,
      cause: thrown,
    },
  );
}
