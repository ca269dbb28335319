import { readSync } from "node:fs";

/**
 * A thread that reads standard input until it ends, which it does when the parent is gone, however it died. Then the
 * process is killed, also when its main thread is stuck in native code that answers nothing. The job was read before;
 * nothing more may come.
 */
const scratch = Buffer.alloc(1);
try {
  readSync(0, scratch);
} finally {
  process.kill(process.pid, "SIGKILL");
}
