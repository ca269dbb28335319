import { createRequire } from "node:module";

// Loaded by .taprc into each test's process. Tap has every process below a test load its bookkeeping, which more than doubles
// what a `flamenco` takes to start, and which measures coverage once its variables are gone. The programs under test are to
// start as they do for users.

interface Start {
  env: Record<string, string>;
}

const { addListener } = createRequire(import.meta.url)("process-on-spawn") as {
  addListener: (change: (start: Start) => void) => void;
};

addListener((start) => {
  const options = (start.env.NODE_OPTIONS ?? "")
    .split(" ")
    .filter((option) => !option.includes("/@tapjs/processinfo/"));
  const { NODE_OPTIONS: _, ...others } = start.env;
  const kept = Object.entries(others).filter(([name]) => !name.startsWith("_TAPJS_"));
  start.env = Object.fromEntries(options.join("") === "" ? kept : [...kept, ["NODE_OPTIONS", options.join(" ")]]);
});
