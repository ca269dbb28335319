export { emitKernel } from "./emit.js";
export type { Kernel } from "./kernel.js";
