import type { Terminal } from "../terminal/index.js";

/** Numbered steps with the time that each took and the time since the start. */
export interface StepLog {
  /** Announce a step, do its work, say what came of it. Steps may overlap. */
  readonly run: <T>(title: string, work: () => Promise<T>, describe?: (value: T) => string) => Promise<T>;
  /** A line below the steps. */
  readonly say: (line: string) => void;
  /** Seconds since the start. */
  readonly elapsed: () => number;
  /** Title of the step that failed, once one has. */
  readonly failedStep: () => string | undefined;
}

export function openStepLog({ note, colors }: Terminal, total: number, clock: () => number): StepLog {
  const start = clock();
  let count = 0;
  let failed: string | undefined;
  const width = String(total).length * 2 + 3;
  return {
    async run(title, work, describe) {
      count += 1;
      const number = `[${count}/${total}]`.padEnd(width);
      const began = clock();
      note(`${colors.cyan(number)} ${title} …\n`);
      try {
        const value = await work();
        const outcome = describe === undefined ? `${title}: done` : describe(value);
        note(
          `${colors.green(number)} ${outcome} ${colors.dim(`${seconds(clock() - began)} (at ${seconds(clock() - start)})`)}\n`,
        );
        return value;
      } catch (error) {
        failed ??= title;
        throw error;
      }
    },
    say: (line) => note(`${" ".repeat(width)} ${line}\n`),
    elapsed: () => (clock() - start) / 1000,
    failedStep: () => failed,
  };
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
