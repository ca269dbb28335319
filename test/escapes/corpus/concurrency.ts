import { asKernel, attempt, type EscapeProgram, reach } from "./escape-program.js";

export const concurrency: readonly EscapeProgram[] = [
  reach("timer", "runs after its time is over", "setTimeout(() => {}, 1)"),
  reach("interval", "runs for ever beside the rows", "setInterval(() => {}, 1)"),
  reach("microtask", "runs between two looks of the host", "queueMicrotask(() => {})"),
  reach("promise", "runs when the host does not look", "Promise.resolve(1).then(() => 2)"),
  reach("then of an async function", "hooks on to its own promise", "(async () => {})().then(() => 2)"),
  reach("proxy of the row", "sees every access to the row", "new Proxy(flow, { get: () => 2 })"),
  reach("shared memory", "makes memory that two threads see", "new SharedArrayBuffer(8)"),
  reach("Atomics", "waits, which is a clock", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)"),
  reach("WeakRef", "sees the garbage collector work, which is a clock", "new WeakRef({})"),
  reach("finalizer", "runs when memory is freed", "new FinalizationRegistry(() => {})"),
  reach("channel", "sends to another thread", "new MessageChannel()"),
  reach("worker", "starts a thread", 'new Worker("")'),
  reach("step of a generator", "keeps a place to return to", "(function* () { yield 1; })().next()"),
  reach("spread of a generator", "walks a generator", "[...(function* () { yield 1; })()].length"),
  reach("async iteration", "walks what arrives later", "(async function* () { yield 1; })().next()"),
  reach("symbol of an iterator", "names a hook of the engine", "Symbol.iterator"),
  {
    ...attempt(
      "object that answers by itself",
      "lets a comparison call code",
      "if ({ valueOf() { return 1; } } > 0) return 'x';",
    ),
    isolate: ["error", "nothing"],
  },
  {
    ...attempt("await between rows", "changes votes while the host reads them", "await 1;"),
    guest: asKernel("(async () => { await 1; codes[0] = 99; })();"),
    isolate: ["error", "nothing"],
  },
  {
    ...attempt("async kernel", "ends later than it says", "await flow.packets;"),
    guest:
      "(columns, statistics, categories, codes) => async (n) => { await n; for (let i = 0; i < n; i++) codes[i] = 1; }",
    isolate: ["error", "nothing"],
  },
  {
    ...attempt("generator kernel", "has not begun when it returns", "yield flow.packets;"),
    guest:
      "(columns, statistics, categories, codes) => function* (n) { for (let i = 0; i < n; i++) codes[i] = yield 1; }",
    isolate: ["error"],
  },
];
