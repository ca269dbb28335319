export { type NodeOptions, type RunningNode, startNode } from "./running-node.js";
