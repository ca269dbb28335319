import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;

/** Where a command writes, and what the place can show. */
export interface Terminal {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress, notes and errors; with `--json` everything but the document. */
  readonly note: (text: string) => void;
  readonly colors: Colors;
  /** Columns that a table may fill. */
  readonly columns: number;
  /** Notes go to a screen whose lines can be drawn over. */
  readonly interactive: boolean;
}

export interface TerminalEnvironment {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
}

const DEFAULT_COLUMNS = 120;
const NARROWEST = 40;

/** The terminal of this process. NO_COLOR (https://no-color.org) wins over everything, FORCE_COLOR over the kind of stream. */
export function openTerminal({ stdout, stderr, env, json }: TerminalEnvironment): Terminal {
  const screen = json ? stderr : stdout;
  const dumb = env.TERM === "dumb";
  const colored = !env.NO_COLOR && (Boolean(env.FORCE_COLOR) || (screen.isTTY === true && !dumb));
  return {
    out: (text) => void stdout.write(text),
    note: (text) => void screen.write(text),
    colors: pc.createColors(colored),
    columns: Math.max(NARROWEST, screen.columns || Number(env.COLUMNS) || DEFAULT_COLUMNS),
    interactive: screen.isTTY === true && !dumb && !env.CI,
  };
}
