import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { backendNames, openBackend } from "@flamenco/sandbox/learning/neural";
import t from "tap";

const absent = "@flamenco/no-such-package";

t.test("without the native package networks are computed in WebAssembly, and the result says so", async (t) => {
  t.equal(await openBackend(backendNames, absent), "wasm");
  t.equal(await openBackend(["tensorflow", "cpu"], absent), "cpu");
});

t.test("a native package that fails to load, or registers nothing, counts as absent", async (t) => {
  const failing = "data:text/javascript,throw new Error('no library for this platform')";
  t.equal(await openBackend(backendNames, failing), "wasm");
  t.equal(await openBackend(["tensorflow", "wasm"], "data:text/javascript,export{}"), "wasm");
});

t.test("when nothing loads it is told what was tried", async (t) => {
  await t.rejects(openBackend(["tensorflow"], absent), { code: "FLM_NOT_INSTALLED", message: /\(tensorflow\)/ });
  await openBackend(backendNames, absent);
});

t.test(
  "networks are quiet, load their library when asked for, and leave no handler that prints what a program dies of",
  async (t) => {
    const script = `
    const { createRequire } = await import("node:module");
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes("tensorflow"));
    await import(${JSON.stringify(import.meta.resolve("@flamenco/sandbox/learning"))});
    const before = loaded();
    const { fitNetwork, openBackend } = await import(${JSON.stringify(import.meta.resolve("@flamenco/sandbox/learning/neural"))});
    const after = loaded();
    for (const backend of ["wasm", "cpu"]) {
      await openBackend([backend]);
      const samples = { rows: 4, steps: 1, features: ["x"], values: Float64Array.of(0, 1, 0, 1) };
      const labels = { labelCount: 2, weights: Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1) };
      const spec = { model: "lstm", units: 64, epochs: 1, dropout: 0.5, patience: null };
      (await fitNetwork(spec, samples, labels, Int32Array.of(0, 1, 2, 3), { seed: 1 })).dispose();
    }
    const handlers = process.listenerCount("uncaughtException") + process.listenerCount("unhandledRejection");
    console.log(JSON.stringify([before, after, handlers]));`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
    t.equal(stderr, "");
    t.equal(stdout, "[false,true,0]\n");
  },
);
