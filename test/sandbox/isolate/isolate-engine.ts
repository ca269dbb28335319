import { guestPermits, isSafeVersion, KernelRunner, PackageIsolate } from "@flamenco/sandbox/isolate";
import t from "tap";

const limits = { morselRows: 1_024, isolateHeapMegabytes: 32, kernelCallMilliseconds: 1_000 };

interface Guest {
  readonly source: string;
  readonly columnCount?: number;
  readonly statistics?: readonly number[];
  readonly categories?: readonly number[];
}

/** An isolate with the language wall switched off: guest text as an attacker would write it. */
function isolateOf({ source, columnCount = 1, statistics = [], categories = [] }: Guest): PackageIsolate {
  return new PackageIsolate({ source, columnCount, statistics, categories, words: 1 }, limits);
}

/** Code that a guest body leaves for the first row; a body returns 0, 1 or 2. */
function answerOf(body: string): number {
  const isolate = isolateOf({
    source: `(columns, statistics, categories, codes) => (n) => { codes[0] = (() => { ${body} })(); }`,
  });
  const output = new Int32Array(1);
  try {
    isolate.run(1, [3], [output], 0);
    return output[0] as number;
  } finally {
    isolate.dispose();
  }
}

t.test("a kernel reads columns, statistics and categories, and its codes come back", async (t) => {
  const isolate = isolateOf({
    source: `(columns, statistics, categories, codes) => (n) => {
      for (let i = 0; i < n; i++) codes[i] = columns[0][i] > statistics[0] ? 2 : columns[1][i] === categories[0] ? 1 : 0;
    }`,
    columnCount: 2,
    statistics: [10, Number.NaN],
    categories: [3],
  });
  isolate.columns[0]?.set([11, 1, Number.NaN, 10.5]);
  isolate.columns[1]?.set([3, 3, 2, Number.NaN]);
  const output = new Int32Array(6).fill(-7);
  isolate.run(4, [3], [output], 1);
  t.same([...output], [-7, 2, 1, 0, 2, -7]);
  isolate.dispose();
});

t.test("all rows are run in morsels, several words a row", async (t) => {
  const rows = 200_001;
  const column = Float64Array.from({ length: rows }, (_, row) => row % 9);
  const runner = new KernelRunner({
    kernel: {
      source: `(columns, statistics, categories, codes) => {
        const m = codes.length / 2;
        return (n) => { for (let i = 0; i < n; i++) { codes[i] = columns[0][i]; codes[m + i] = columns[0][i] % 3; } };
      }`,
      columnCount: 1,
      statistics: [],
      categories: [],
      words: 2,
    },
    base: 3,
    lfsOfWord: [2, 1],
  });
  t.same(
    runner.run([column.subarray(5, 9)], 4).map(({ codes }) => [...codes]),
    [
      [5, 6, 7, 8],
      [2, 0, 1, 2],
    ],
    "a chunk before it, of other rows",
  );
  const words = runner.run([column], rows);
  runner.dispose();
  t.ok(words[0]?.codes.every((code, row) => code === row % 9));
  t.ok(words[1]?.codes.every((code, row) => code === row % 3));
  t.same(
    words.map(({ base, lfs }) => [base, lfs]),
    [
      [3, 2],
      [3, 1],
    ],
  );
});

t.test(
  "the scratch of a hundred and twenty-eight columns and four words does not count as the guest's memory",
  async (t) => {
    const isolate = new PackageIsolate({
      source:
        "(columns, s, k, codes) => (n) => { for (let w = 0; w < 4; w++) codes[w * codes.length / 4] = columns[127][0]; }",
      columnCount: 128,
      statistics: [],
      categories: [],
      words: 4,
    });
    isolate.columns[127]?.set([2]);
    const outputs = Array.from({ length: 4 }, () => new Int32Array(1));
    isolate.run(1, [3, 3, 3, 3], outputs, 0);
    t.same(
      outputs.map(([code]) => code),
      [2, 2, 2, 2],
    );
    isolate.dispose();
  },
);

t.test("of the engine, a guest finds the permitted functions and nothing else", async (t) => {
  for (const [name, functions] of Object.entries(guestPermits)) {
    for (const key of functions)
      t.equal(answerOf(`return typeof ${name}.${key} === "function" ? 1 : 0`), 1, `${name}.${key}`);
  }
  t.equal(answerOf("return Math.max(1, 0) + (Number.isNaN(NaN) ? 1 : 0)"), 2);
  const gone = [
    ...["globalThis", "Object", "Function", "Array", "String", "Boolean", "Symbol", "BigInt", "Error", "TypeError"],
    ...["Map", "Set", "WeakMap", "WeakSet", "WeakRef", "FinalizationRegistry", "Promise", "Proxy", "Reflect", "JSON"],
    ...["RegExp", "Date", "Intl", "WebAssembly", "SharedArrayBuffer", "ArrayBuffer", "Atomics", "DataView", "console"],
    ...["Int8Array", "Float64Array", "Iterator", "eval", "parseInt", "parseFloat", "isNaN", "escape", "encodeURI"],
    ...["setTimeout", "queueMicrotask", "process", "require", "global", "module", "structuredClone", "fetch", "ivm"],
  ];
  for (const name of gone) t.equal(answerOf(`return typeof ${name} === "undefined" ? 1 : 0`), 1, name);
});

/** Ways from syntax to something that could allocate, evaluate, wait, share or remember. Each must find nothing. */
const reaches: Record<string, string> = {
  "constructor of an array": "[].constructor",
  "constructor of an object": "({}).constructor",
  "constructor of a number": "(1).constructor",
  "constructor of a string": "''.constructor",
  "constructor of a big integer": "(1n).constructor",
  "constructor of a boolean": "true.constructor",
  "constructor of a regular expression": "/a/.constructor",
  "constructor of a function": "(() => {}).constructor",
  "constructor of a generator function": "(function* () {}).constructor",
  "constructor of an async function": "(async () => {}).constructor",
  "constructor of an async generator function": "(async function* () {}).constructor",
  "constructor of a class": "(class {}).constructor",
  "constructor of a promise": "(async () => {})().constructor",
  "constructor of a scratch column": "columns[0].constructor",
  "buffer of a scratch column": "columns[0].buffer",
  "subarray of a scratch column": "columns[0].subarray",
  "methods of the list of columns": "columns.map",
  "constructor of an engine error": "(() => { try { null.x; } catch (error) { return error.constructor; } })()",
  "stack trace preparation":
    "(() => { try { null.x; } catch (error) { return error.constructor?.prepareStackTrace; } })()",
  "call of a function": "(() => {}).call",
  "caller of a function": "(function () { return this?.caller; })()",
  "arguments of a strict function": "(function () { 'use strict'; return arguments.constructor; })()",
  "iterator of an array": "[][Object?.iterator]",
  "length tricks on a string": "''.repeat",
  "random numbers": "Math.random",
  "prototype of the permitted": "Math.constructor ?? Number.constructor ?? Math.toString",
  "then of a promise": "(async () => {})().then",
  "next of a generator": "(function* () {})().next",
  "prototype by its old name": "({}).__proto__",
  "getters by their old name": "({}).__defineGetter__ ?? ({}).__lookupGetter__",
  "global object by a sloppy this": "(function () { return this; })()?.Object",
};
for (const [name, expression] of Object.entries(reaches)) {
  t.test(`a guest finds nothing at the ${name}`, async (t) => {
    t.equal(answerOf(`try { return (${expression}) === undefined ? 1 : 0; } catch { return 1; }`), 1);
  });
}

t.test("what is left cannot be changed", async (t) => {
  const attempts = [
    "Math.floor = () => 7; return Math.floor(1.5) === 1 ? 1 : 0",
    "({}).x = 1; const proto = {}; proto.toString = 1; return ({}).toString === undefined ? 1 : 0",
    "(function () { this.leak = 1; })(); return typeof leak === 'undefined' ? 1 : 0",
    "try { leak = 1; } catch { return 1; } return typeof leak === 'undefined' ? 1 : 0",
    "class A extends [].constructor {} return 0",
  ];
  for (const body of attempts) {
    const answer = (() => {
      try {
        return answerOf(`try { ${body} } catch { return 1; }`);
      } catch {
        return 1;
      }
    })();
    t.equal(answer, 1, body);
  }
});

t.test("nothing of a guest's error is known outside", async (t) => {
  const canary = "CANARY-192-0-2-1";
  const sources = {
    "that throws text": `() => () => { throw "${canary}"; }`,
    "that throws an object with a getter": `() => () => { throw { get message() { return "${canary}"; } }; }`,
    "that does not parse": `() => () => { ${canary} ${canary}`,
    "that fails while it starts": `() => { null.${canary.replaceAll("-", "_")}; }`,
    "that is no function": `"${canary}"`,
    "that returns an object": `() => () => ({ canary: "${canary}" })`,
    "that imports": `() => async () => { await import("${canary}"); }`,
    "that returns a promise": `() => () => (async () => "${canary}")()`,
  };
  for (const [name, source] of Object.entries(sources)) {
    try {
      const isolate = isolateOf({ source });
      try {
        isolate.run(1, [3], [new Int32Array(1)], 0);
        t.fail(name);
      } finally {
        isolate.dispose();
      }
    } catch (error) {
      t.match(error, { code: "FLM_KERNEL_FAILED", message: "A kernel failed in its isolate." }, name);
      t.notOk(JSON.stringify([error, (error as Error).stack, (error as Error).cause]).includes(canary), name);
    }
  }
});

t.test("codes that stand for no votes are refused", async (t) => {
  for (const value of ["-1", "3", "2147483647", "-2147483648", "3.5", "-1.5", "4294967299"]) {
    const isolate = isolateOf({ source: `(c, s, k, codes) => (n) => { codes[0] = 1; codes[1] = ${value}; }` });
    t.throws(() => isolate.run(2, [3], [new Int32Array(2)], 0), { code: "FLM_KERNEL_FAILED" }, value);
    isolate.dispose();
  }
});

t.test("a kernel that leaves rows out does not pass for the morsel before", async (t) => {
  const isolate = isolateOf({
    source:
      "(c, s, k, codes) => { let first = true; return (n) => { if (first) for (let i = 0; i < n; i++) codes[i] = 1; first = false; }; }",
  });
  isolate.run(5, [3], [new Int32Array(10)], 0);
  t.throws(() => isolate.run(5, [3], [new Int32Array(10)], 5), { code: "FLM_KERNEL_FAILED" });
  isolate.dispose();
});

t.test("an endless loop is stopped", async (t) => {
  const endless = [
    "() => (n) => { for (;;); }",
    "() => { for (;;); }",
    "(() => { for (;;); })()",
    "() => (n) => { (async () => { for (;;); })(); }",
  ];
  for (const source of endless) {
    t.throws(
      () => {
        const isolate = new PackageIsolate(
          { source, columnCount: 0, statistics: [], categories: [], words: 1 },
          { ...limits, kernelCallMilliseconds: 100 },
        );
        isolate.run(1, [3], [new Int32Array(1)], 0);
      },
      { code: "FLM_KERNEL_FAILED" },
      source,
    );
  }
});

t.test("a guest that grows a list is stopped, and the host lives", async (t) => {
  t.throws(
    () =>
      isolateOf({
        source: "() => (n) => { const all = []; for (let i = 0; ; i++) all[i] = { i, list: [i, i, i] }; }",
      }).run(1, [3], [new Int32Array(1)], 0),
    { code: "FLM_KERNEL_FAILED" },
  );
  t.equal(answerOf("return 1"), 1, "the next isolate works");
});

t.test("versions of isolated-vm with a known escape are refused", async (t) => {
  const versions = {
    "5.0.4": false,
    "6.1.2": false,
    "6.2.0": true,
    "6.10.0": true,
    "7.0.0": false,
    "7.0.1": true,
    "7.1.0": true,
    "8.0.0": true,
  };
  for (const [version, safe] of Object.entries(versions)) t.equal(isSafeVersion(version), safe, version);
  for (const odd of ["", "7", "7.0.1-beta", "x.y.z", "v7.0.1"]) t.equal(isSafeVersion(odd), false, odd);
});
