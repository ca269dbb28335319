import { cpus, totalmem } from "node:os";
import { benchData } from "./data-bench.js";
import { benchDemo } from "./demo-bench.js";
import { benchIsolate } from "./isolate-bench.js";
import { benchLabeling } from "./labeling-bench.js";
import { benchLearning } from "./learning.js";
import { benchPolicies } from "./policies-bench.js";
import { benchPrivacy } from "./privacy-bench.js";
import { benchSandbox } from "./sandbox-bench.js";
import { benchStudy } from "./study-bench.js";

const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  isolate: benchIsolate,
  sandbox: benchSandbox,
  labeling: benchLabeling,
  study: benchStudy,
  data: benchData,
  policies: benchPolicies,
  privacy: benchPrivacy,
  demo: benchDemo,
  learning: benchLearning,
};

const help = `Measure, and print one JSON document a bench.

  npm run bench                  all of them
  npm run bench -- isolate       rows x LFs per second in the isolate against plain Node
  npm run bench -- sandbox       that, numpy beside it, and the sealed worker: start-up, one and two cores, memory at 10,000,000 rows
  npm run bench -- labeling      label models from vote-pattern histograms
  npm run bench -- study         one study end to end: 1,000,000 generated rows x 10 LFs
  npm run bench -- data          import beside DuckDB's CSV reader (FLAMENCO_BENCH_GB: size of the file), captures, flow exports, modes
  npm run bench -- policies      loading and asking access policies: 4, 104 and 904 of them
  npm run bench -- privacy       accuracy that noise costs, at each epsilon, and its time (FLAMENCO_BENCH_PLOT: file to draw it in)
  npm run bench -- demo          the demo, whole process
  npm run bench -- learning      classifiers on 100,000 x 20 beside scikit-learn where installed, an LSTM's epoch by backend

Machines differ: compare the ratios of one run, not seconds across machines.
`;

const names = process.argv.slice(2);
if (names.includes("--help") || names.some((name) => !Object.hasOwn(benches, name))) {
  process.stdout.write(help);
  process.exit(names.includes("--help") ? 0 : 2);
}
const machine = `${cpus().length} x ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
process.stdout.write(`${machine}\n`);
for (const name of names.length === 0 ? Object.keys(benches) : names) {
  const bench = benches[name] as () => Promise<unknown>;
  process.stdout.write(`${JSON.stringify({ bench: name, ...((await bench()) as object) }, null, 2)}\n`);
}
