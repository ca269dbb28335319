import { FlamencoError } from "@flamenco/policies/errors";
import { addProgram, mathFunctions, measureProgram, NodePool, nodeOf } from "../ir/index.js";
import { limits } from "../limits.js";
import type { VerifiedLf } from "../verification.js";
import { type DigitOf, emitCareful } from "./careful.js";
import { FastForm } from "./fast.js";
import type { Kernel } from "./kernel.js";
import { KernelInputs } from "./names.js";
import { studyPresence } from "./presence.js";
import { emitVote, voteConditions } from "./votes.js";

/**
 * One fused kernel of some LFs of one task, from their programs alone: no guest text or name is in it (see `Kernel`).
 * Columns are loaded once a row, common parts computed once a row or once a run. One inner function fills one word, so
 * that an engine optimizes each however many LFs there are.
 * @throws FLM_LF_EMPTY without LFs, FLM_LF_LABEL when an LF votes for a label that is not in `labels`
 */
export function emitKernel(lfs: readonly VerifiedLf[], labels: readonly string[]): Kernel {
  if (lfs.length === 0) throw new FlamencoError("FLM_LF_EMPTY", "A kernel needs at least one labeling function.");
  const base = labels.length + 1;
  const lfsPerWord = digitsWithin(base);
  const words = Math.ceil(lfs.length / lfsPerWord);
  const inputs = new KernelInputs();
  const fillers: string[] = [];
  for (let word = 0; word < words; word += 1) {
    fillers.push(emitWord(lfs.slice(word * lfsPerWord, (word + 1) * lfsPerWord), labels, word, inputs));
  }
  const source = [
    "(function (columns, statistics, categories, codes) {",
    '"use strict";',
    `const { ${Object.keys(mathFunctions).join(", ")} } = Math;`,
    `const stride = codes.length / ${words};`,
    ...inputs.columns.map((_column, index) => `const C${index} = columns[${index}];`),
    ...inputs.statistics.map((_statistic, index) => `const s${index} = statistics[${index}];`),
    ...inputs.categories.map((_category, index) => `const g${index} = categories[${index}];`),
    ...fillers,
    `return (n) => { ${fillers.map((_filler, word) => `w${word}(n);`).join(" ")} };`,
    "})",
  ].join("\n");
  const { columns, statistics, categories } = inputs;
  return { source, columns, statistics, categories, lfsPerWord, words, base };
}

/** Most digits of the base that a code word holds. */
function digitsWithin(base: number): number {
  let digits = 1;
  while (base ** (digits + 1) <= limits.codeWord) digits += 1;
  return digits;
}

/** Digit of a vote, already multiplied by its position's weight. */
function digitAt(base: number, position: number, labels: readonly string[]): DigitOf {
  return (label) => {
    if (label === null) return "0";
    const index = labels.indexOf(label);
    if (index === -1)
      throw new FlamencoError("FLM_LF_LABEL", `A labeling function votes for ${label}, not a label of the task.`);
    return String((index + 1) * base ** position);
  };
}

/** The function that fills one code word: `const w0 = …`, self-contained but for the inputs' names. */
function emitWord(lfs: readonly VerifiedLf[], labels: readonly string[], word: number, inputs: KernelInputs): string {
  const pool = new NodePool();
  const roots = lfs.map(({ program }) => addProgram(pool, program));
  const fast = new FastForm(
    pool,
    inputs,
    roots.flatMap((root) => voteConditions(pool, root)),
  );
  const once: string[] = [...fast.once];
  const statements: string[] = [];
  const terms: string[] = [];
  for (const [position, lf] of lfs.entries()) {
    const digitOf = digitAt(labels.length + 1, position, labels);
    const vote = emitVote(pool, roots[position] ?? 0, fast, digitOf, `d${position}_`);
    statements.push(...vote.statements);
    const { fields, statistics, settledByNaN } = studyPresence(lf.program);
    if (settledByNaN) {
      terms.push(vote.text);
      continue;
    }
    const parameters = measureProgram(lf.program)
      .fields.map((field) => inputs.column(field))
      .join(", ");
    once.push(`const f${position} = (${parameters}) => {\n${emitCareful(lf.program, inputs, digitOf)}\n};`);
    const present = statistics.map((id) => {
      const node = nodeOf(lf.program, id);
      const text = node.kind === "statistic" ? inputs.statistic(node.field, node.statistic) : "true";
      return `${text} === ${text}`;
    });
    once.push(`const q${position} = ${["true", ...present].join(" && ")};`);
    const guard = [`q${position}`, ...fields.map((field) => `${inputs.column(field)} === ${inputs.column(field)}`)];
    terms.push(`(${guard.join(" && ")} ? ${vote.text} : f${position}(${parameters}))`);
  }
  const used = new Set(lfs.flatMap(({ program }) => measureProgram(program).fields));
  const loads = [...used].map((field) => {
    const column = inputs.column(field);
    return `const ${column} = C${column.slice(1)}[i];`;
  });
  return [
    `const w${word} = (() => {`,
    ...once,
    `return (n) => {\nfor (let i = 0; i < n; i += 1) {`,
    ...loads,
    ...fast.eachRow,
    ...statements,
    `codes[${word === 0 ? "i" : `${word} * stride + i`}] = ${terms.join(" + ")};`,
    "}\n};\n})();",
  ].join("\n");
}
