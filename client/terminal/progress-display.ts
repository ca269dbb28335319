import { type RunStatus, workerStages } from "@flamenco/policies/wire";
import { drawBar } from "./numbers.js";
import { toLine } from "./printable.js";
import { describeState } from "./run-state.js";
import type { Terminal } from "./terminal.js";

/** Shows the runs of a study as they go: on a screen one line a node that is drawn over, elsewhere a line a change. */
export interface ProgressDisplay {
  readonly update: (runs: readonly RunStatus[]) => void;
  /** A line that stays, above the moving ones. */
  readonly say: (line: string) => void;
  /** Draw no more; what is there stays. */
  readonly close: () => void;
}

const BAR_WIDTH = 20;
/** A line that wrapped would spoil the drawing over. */
const NAME_WIDTH = 20;
const stageTitles: Readonly<Record<NonNullable<RunStatus["progress"]>["stage"], string>> = {
  verify: "checking the packages",
  load: "reading columns",
  statistics: "statistics",
  votes: "voting",
  labelModel: "fitting the label model",
  endClassifier: "training the end classifier",
  tree: "building the tree",
  metrics: "scoring",
  combinations: "combining labeling functions",
};

/** @param indent columns to the left of every line. */
export function openProgressDisplay(terminal: Terminal, indent = 0): ProgressDisplay {
  const margin = " ".repeat(indent);
  let runs: readonly RunStatus[] = [];
  let drawn = 0;
  const said = new Map<string, string>();

  const erase = () => {
    if (drawn > 0) terminal.note(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    const width = Math.min(NAME_WIDTH, Math.max(0, ...runs.map(({ node }) => node.length)));
    for (const run of runs) terminal.note(`${margin}${drawRun(run, width, terminal)}\n`);
    drawn = runs.length;
  };
  return {
    update(next) {
      runs = next;
      if (terminal.interactive) {
        erase();
        draw();
        return;
      }
      for (const run of next) {
        const text = describeRun(run);
        if (said.get(run.keyId) === text) continue;
        said.set(run.keyId, text);
        terminal.note(`${margin}${toLine(run.node)}: ${text}\n`);
      }
    },
    say(line) {
      if (terminal.interactive) erase();
      terminal.note(`${margin}${toLine(line)}\n`);
      if (terminal.interactive) draw();
    },
    close() {
      drawn = 0;
      runs = [];
    },
  };
}

function describeRun({ state, progress, error, resultReady }: RunStatus): string {
  if (resultReady) return "released";
  if (error !== undefined) return `${state} (${error.code})`;
  return state === "running" && progress !== undefined ? stageTitles[progress.stage] : describeState(state);
}

function drawRun(run: RunStatus, width: number, { colors }: Terminal): string {
  const name = toLine(run.node, NAME_WIDTH).padEnd(width);
  return `${name}  ${colors.cyan(drawBar(shareDone(run), BAR_WIDTH))}  ${describeRun(run)}`;
}

/** Stages done, and the part of the one that goes on, among all stages. */
function shareDone({ state, progress, resultReady }: RunStatus): number {
  if (resultReady || state === "releasing") return 1;
  if (state !== "running" || progress === undefined) return 0;
  const part = progress.total === 0 ? 0 : Math.min(1, progress.done / progress.total);
  return (workerStages.indexOf(progress.stage) + part) / workerStages.length;
}
