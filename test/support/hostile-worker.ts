import { spawnSync } from "node:child_process";
import {
  fstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";

/**
 * A program in the sealed worker's place that does what a worker must not do, chosen by the id of the job's task. What it
 * finds out it tells as warnings of a label model: the text of a failure is not passed on.
 */
function readLine(): string {
  const bytes = Buffer.alloc(1024 * 1024);
  let length = 0;
  while (length === 0 || bytes[length - 1] !== 10) {
    const read = readSync(0, bytes, { offset: length });
    if (read === 0) process.exit(1);
    length += read;
  }
  return bytes.toString("utf8", 0, length);
}

const send = (line: string): void => {
  const bytes = Buffer.from(line);
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(3, bytes, sent);
};
const tell = (message: string): void => {
  const labelModel = {
    requested: "auto",
    model: "majority",
    reason: "",
    classBalance: [0.5, 0.5],
    classBalanceSource: "uniform",
    lfs: [],
    weights: [],
    conditional: [],
    converged: true,
    iterations: 0,
    identified: false,
    trainingRows: 0,
    patterns: 0,
    warnings: message.match(/.{1,500}/gs) ?? [],
  };
  send(`${JSON.stringify({ type: "outputs", rows: 0, outputs: { labelModel } })}\n`);
};
const tellProcess = (): void =>
  send(`${JSON.stringify({ type: "progress", progress: { stage: "load", done: process.pid, total: process.pid } })}\n`);

/** What an attempt comes to: `done`, or the code of the error that stopped it. */
const outcomeOf = (attempt: () => unknown): string => {
  try {
    attempt();
    return "done";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "refused";
  }
};

function spin(): never {
  for (;;);
}

const job = JSON.parse(readLine()) as { task: { id: string }; dataset: { directory: string } };
const { directory } = job.dataset;

const acts: Record<string, () => void> = {
  spin: () => {
    tellProcess();
    spin();
  },
  // Stuck where no event is handled, with the watcher of the real worker beside it.
  "watch-and-spin": () => {
    const sandbox = dirname(createRequire(import.meta.url).resolve("@flamenco/sandbox/package.json"));
    const watcher = new Worker(join(sandbox, "dist/worker/sealed/parent-watch.js"));
    watcher.once("online", () => {
      tellProcess();
      spin();
    });
  },
  "eat-memory": () => {
    const held: Buffer[] = [];
    for (;;) held.push(Buffer.alloc(16 * 1024 * 1024, 1));
  },
  "say-nothing": () => process.exit(0),
  abort: () => process.abort(),
  "send-garbage": () => {
    send("CANARY is not JSON\n");
    spin();
  },
  "send-half-utf8": () => {
    const [before, after] = JSON.stringify({
      type: "failed",
      error: { code: "FLM_INTERNAL", message: "|", details: [] },
    }).split("|");
    writeSync(3, Buffer.concat([Buffer.from(`${before}`), Buffer.from([0xff, 0xfe]), Buffer.from(`${after}\n`)]));
    spin();
  },
  "send-unknown-message": () => {
    send('{"type":"rows","rows":["CANARY"]}\n');
    spin();
  },
  "send-unknown-code": () => {
    send('{"type":"failed","error":{"code":"FLM_CANARY","message":"CANARY","details":[]}}\n');
    spin();
  },
  "send-telling-failure": () => {
    const details = [{ at: "CANARY", message: "CANARY" }];
    send(`${JSON.stringify({ type: "failed", error: { code: "FLM_KERNEL_FAILED", message: "CANARY", details } })}\n`);
    spin();
  },
  "send-code-of-others": () => {
    send('{"type":"failed","error":{"code":"FLM_AUDIT_PROOF","message":"CANARY","details":[]}}\n');
    spin();
  },
  "send-unasked-counts": () => {
    const counts = { schema: "flamenco-prediction-counts/1", confusion: [1], leaves: [1] };
    send(`${JSON.stringify({ type: "counts", counts })}\n`);
    spin();
  },
  "send-unasked-output": () => {
    send(
      `${JSON.stringify({ type: "outputs", rows: 1, outputs: { analysis: { rows: 1, labeledRows: 0, lfs: [], labelCoverage: 0, rowOverlap: 0, rowConflict: 0, agreement: [], warnings: [] } } })}\n`,
    );
    spin();
  },
  "send-endless-line": () => {
    const piece = "CANARY".repeat(100_000);
    for (;;) send(piece);
  },
  "send-endless-messages": () => {
    for (;;) tellProcess();
  },
  "try-files": () => {
    const attempts = {
      readDataset: () => readFileSync(join(directory, "seen.txt")),
      readOther: () => readFileSync("/etc/passwd"),
      listRoot: () => readdirSync("/"),
      writeDataset: () => writeFileSync(join(directory, "written.txt"), "x"),
      writeTemporary: () => mkdtempSync("/tmp/flamenco-"),
      startProgram: () => {
        const { error } = spawnSync("/bin/true");
        if (error !== undefined) throw error;
      },
    };
    tell(JSON.stringify(Object.fromEntries(Object.entries(attempts).map(([name, act]) => [name, outcomeOf(act)]))));
  },
  "try-network": () => {
    const socket = connect(Number(readFileSync(join(directory, "port.txt"), "utf8")), "127.0.0.1");
    socket.once("connect", () => tell("connected"));
    socket.once("error", (error: NodeJS.ErrnoException) => tell(error.code ?? "failed"));
  },
  "look-around": () => {
    const sockets = Array.from({ length: 256 }, (_, index) => index).filter((index) => {
      try {
        return fstatSync(index).isSocket();
      } catch {
        return false;
      }
    });
    tell(JSON.stringify({ uid: process.getuid?.(), host: hostname(), root: readdirSync("/"), sockets }));
  },
  "list-environment": () => tell(JSON.stringify(process.env)),
  "list-descriptors": () => {
    const found = Array.from({ length: 256 }, (_, descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        return "";
      }
    });
    tell(JSON.stringify(found));
  },
};
acts[job.task.id]?.();
