export { type InitOptions, initNode } from "./init-node.js";
export { loadNodeConfig, loadNodeKey } from "./load-config.js";
export { loadPolicies, readPolicyFolder, readPolicyText } from "./load-policies.js";
export type { ListedResearcher, NodeConfig } from "./node-config.js";
export { type NodeDirectory, nodeDirectoryOf, resolveDataDirectory } from "./node-directory.js";
export { ReleaseConfig } from "./release-config.js";
