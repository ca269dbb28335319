import { join } from "node:path";
import { importDataset } from "@flamenco/server/import";

/** One import, in a process of its own so that its memory can be told: `import-once FOLDER FILE` prints JSON. */
const [folder = "", file = ""] = process.argv.slice(2);
const started = performance.now();
const { manifest } = await importDataset({
  root: join(folder, "datasets"),
  name: "bench",
  files: [file],
  dialect: "auto",
  labels: null,
  dryRun: true,
  now: () => new Date(0),
  software: "flamenco-bench/0",
  signal: new AbortController().signal,
  onProgress: () => undefined,
});
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage();
const processorSeconds = (user + system) / 1e6;
// maxRSS is in KiB.
const peakMegabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
process.stdout.write(`${JSON.stringify({ rows: manifest.rows, seconds, processorSeconds, peakMegabytes })}\n`);
