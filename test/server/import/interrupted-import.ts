import { importDataset } from "@flamenco/server/import";

/** Imports as the test that started it asks, and kills itself when so many bytes have been read. */
const [root = "", killAfter = "0", ...files] = process.argv.slice(2);
await importDataset({
  root,
  name: "sample",
  files,
  dialect: "auto",
  labels: null,
  dryRun: false,
  checkpointBytes: 1,
  now: () => new Date("2026-01-02T03:04:05.678Z"),
  software: "flamenco-test/0",
  signal: new AbortController().signal,
  onProgress: ({ stage, done }) => {
    if (stage === "write" || (stage === "read" && done > Number(killAfter))) process.kill(process.pid, "SIGKILL");
  },
});
