export { assertReleased, type ComputedOutputs, type Released, releaseOutputs, restoreRelease } from "./gate.js";
