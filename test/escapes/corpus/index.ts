import { breakOut } from "./break-out.js";
import { clocks } from "./clocks.js";
import { concurrency } from "./concurrency.js";
import { endlessWork, hugeLiterals, inlining, parserBombs } from "./endless-work.js";
import type { EscapeProgram } from "./escape-program.js";
import { evaluation } from "./evaluation.js";
import { interference } from "./interference.js";
import { memoryBombs } from "./memory.js";
import { messages } from "./messages.js";
import { pollution } from "./pollution.js";
import { reaching } from "./reaching.js";
import { recursion } from "./recursion.js";
import { state } from "./state.js";
import { votes } from "./votes.js";
import { webAssembly } from "./webassembly.js";

export { asKernel, asLf, type EscapeProgram, type IsolateOutcome } from "./escape-program.js";

/** The hostile corpus by class of attack. */
export const corpus: Readonly<Record<string, readonly EscapeProgram[]>> = Object.freeze({
  "reaching constructors or the host": reaching,
  "prototype pollution": pollution,
  "eval, Function and import": evaluation,
  "wrapper break-out and escaped identifiers": breakOut,
  WebAssembly: webAssembly,
  "timers, promises, generators, proxies": concurrency,
  "endless loops": endlessWork,
  "parser and type-checker bombs": parserBombs,
  "huge literals": hugeLiterals,
  "exponential inlining": inlining,
  "memory bombs": memoryBombs,
  recursion,
  "state between rows": state,
  "clocks, randomness, locale": clocks,
  "votes that are none": votes,
  "messages that carry row values": messages,
  "one LF interfering with another": interference,
});

/** Every program under a name of its own: `class: name`. */
export const programs: readonly (EscapeProgram & { readonly id: string })[] = Object.entries(corpus).flatMap(
  ([title, all]) => all.map((program) => ({ ...program, id: `${title}: ${program.name}` })),
);

/** A value that stands in every row that a program sees, and must stand nowhere else. */
export const canaryNumber = 918_273_645;
