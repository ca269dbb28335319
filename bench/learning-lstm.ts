import { performance } from "node:perf_hooks";
import { type BackendName, backendNames, fitNetwork, openBackend } from "@flamenco/sandbox/learning/neural";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { round } from "./timing.js";

/** The design's yardstick: an epoch over so many sequences, 64 units. */
const shape = { sequences: 20_000, steps: 10, features: 3, units: 64, batch: 64 } as const;
/** Plain JavaScript takes minutes an epoch: it trains on a part, and its seconds are scaled. */
const measured: Readonly<Record<BackendName, number>> = { tensorflow: 20_000, wasm: 20_000, cpu: 1_000 };

/** Seconds of an epoch of an LSTM on each backend of TensorFlow.js; null where the backend does not load. */
export async function benchLstm() {
  const seconds: Record<string, number | null> = {};
  for (const backend of backendNames) seconds[backend] = await timeEpoch(backend);
  return { ...shape, measuredSequences: measured, secondsPerEpoch: seconds };
}

async function timeEpoch(backend: BackendName): Promise<number | null> {
  const loaded = await openBackend([backend]).catch(() => null);
  if (loaded === null) return null;
  // The first steps compile kernels and warm the engine up.
  await train(measured[backend] / 20);
  return round((await train(measured[backend])) * (shape.sequences / measured[backend]));
}

async function train(rows: number): Promise<number> {
  const { steps, features, units, batch } = shape;
  const random = new SeededRandom(1);
  const values = Float64Array.from({ length: rows * steps * features }, () => 2 * random.nextFloat() - 1);
  const weights = Float64Array.from({ length: rows * 2 }, (_, index) => Number(index % 4 === 0 || index % 4 === 3));
  const samples = { rows, steps, features: ["a", "b", "c"], values };
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const start = performance.now();
  const spec = { model: "lstm", units, batch, epochs: 1, patience: null } as const;
  (await fitNetwork(spec, samples, { labelCount: 2, weights }, all, { seed: 1 })).dispose();
  return (performance.now() - start) / 1000;
}
