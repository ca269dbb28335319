const signals = ["SIGINT", "SIGTERM"] as const;
/** Shells report a program that a signal ended as 128 plus the signal's number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** Resolves with the reason when somebody wants the program to stop. A signal after that ends it at once. */
export function waitForStop({ withParent }: { withParent: boolean }): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of signals) {
      process.on(signal, () => {
        if (asked) process.exit(exitCodes[signal]);
        asked = true;
        resolve(signal);
      });
    }
    if (withParent) {
      const end = () => resolve("standard input ended");
      process.stdin.once("end", end).once("error", end).resume();
    }
  });
}
