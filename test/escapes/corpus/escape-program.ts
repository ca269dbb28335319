/**
 * What an isolate may make of an attack when no other wall stands.
 * - `error`: FLM_KERNEL_FAILED, without text.
 * - `nothing`: it ran and came away empty-handed.
 * - `contained`: it did what an isolate cannot forbid (keep state in its own isolate, vote what it likes). No host object, file,
 *   network or other package was touched; only the language wall refuses it.
 * - `killed`: its process died of it, or was killed. Allowed for bombs alone: they run in a process of their own.
 */
export type IsolateOutcome = "error" | "nothing" | "contained" | "killed";

/** One hostile program, in the forms in which it is sent at the walls. */
export interface EscapeProgram {
  readonly name: string;
  /** What it tries, in a sentence. */
  readonly attack: string;
  /** Text of a file that a researcher sends: for the language wall. */
  readonly lf: string;
  /**
   * The same attack as a kernel, `(columns, statistics, categories, codes) => (n) => void`: what would run if the verifier were not
   * there. For the isolate wall, and, outside any isolate, for the process wall. Absent where the attack is on the
   * verifier alone (types, imports, comments have no form that runs).
   */
  readonly guest?: string;
  /** Outcomes that are as they should be at the isolate wall. */
  readonly isolate: readonly IsolateOutcome[];
  /** Takes time or memory without end: runs in a process of its own at every wall. */
  readonly bomb: boolean;
}

type Change = Partial<Pick<EscapeProgram, "lf" | "guest" | "isolate" | "bomb">>;

const header = 'import { ABSTAIN, type Flow, type Stats } from "@flamenco/lf";\n';

/** A file with one LF that is acceptable but for the statements in it, and for what stands above it. */
export function asLf(statements: string, above = ""): string {
  return `${header}${above}
/** Many packets. */
export function manyPackets(flow: Flow, stats: Stats<Flow>) {
  ${statements}
  return flow.packets >= stats.packets.p75 ? "attack" : ABSTAIN;
}
`;
}

/**
 * A kernel that votes 1 on every row after the statements have run, with a row and statistics under the LF's names in reach;
 * what stands `above` runs once, when the kernel is made.
 */
export function asKernel(statements: string, above = ""): string {
  return `(columns, statistics, categories, codes) => {
  ${above}
  return (n) => {
    const flow = { packets: columns[0][0] };
    const stats = { packets: { p75: 2 } };
    for (let row = 0; row < n; row++) codes[row] = 1;
    ${statements}
    for (let row = 0; row < n; row++) codes[row] = 1;
  };
}`;
}

/** An attack whose statements are the same in both forms. */
export function attempt(name: string, attack: string, statements: string, change: Change = {}): EscapeProgram {
  return {
    name,
    attack,
    lf: asLf(statements),
    guest: asKernel(statements),
    isolate: ["error", "nothing"],
    bomb: false,
    ...change,
  };
}

/** An attack that has won when its expression has a value: the kernel then votes 2. */
export function reach(name: string, attack: string, expression: string, change: Change = {}): EscapeProgram {
  return {
    name,
    attack,
    lf: asLf(`if ((${expression}) === 1) return "attack";`),
    guest: asKernel(`const reached = (${expression}); if (reached !== undefined) { codes[0] = 2; return; }`),
    isolate: ["error", "nothing"],
    bomb: false,
    ...change,
  };
}

/** An attack that takes time or memory until something stops it. */
export function bomb(name: string, attack: string, statements: string, change: Change = {}): EscapeProgram {
  return attempt(name, attack, statements, { isolate: ["error", "killed"], bomb: true, ...change });
}

/** An attack on the verifier itself: the text of a file that has no form that runs. */
export function text(name: string, attack: string, lf: string): EscapeProgram {
  return { name, attack, lf, isolate: [], bomb: false };
}

/** An attack on votes: the file returns `vote`, the kernel writes `code` as the vote of every row. */
export function ballot(
  name: string,
  attack: string,
  vote: string,
  code: string,
  isolate: EscapeProgram["isolate"],
): EscapeProgram {
  return {
    name,
    attack,
    lf: asLf(`if (flow.packets > stats.packets.p50) return ${vote};`),
    guest: `(columns, statistics, categories, codes) => (n) => { for (let row = 0; row < n; row++) codes[row] = ${code}; }`,
    isolate,
    bomb: false,
  };
}
