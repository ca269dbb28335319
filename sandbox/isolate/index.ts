export { installedIsolates, isSafeVersion, loadIsolateEngine } from "./engine.js";
export { guestPermits } from "./guest-boot.js";
export { type CodeWords, KernelRunner, type PackedKernel } from "./kernel-run.js";
export { type IsolateKernel, PackageIsolate } from "./package-isolate.js";
