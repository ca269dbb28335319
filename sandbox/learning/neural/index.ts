export { type BackendName, backendNames, openBackend } from "./backend.js";
export { fitNetwork } from "./fit-network.js";
export { buildNetwork, setWeights } from "./network.js";
export { type NetworkSettings, type NetworkShape, type NetworkSpec, settleNetwork } from "./network-settings.js";
export { predictNetwork } from "./predict-network.js";
