export { limits } from "./limits.js";
export { createRegistry, type Registry, type RegistryOptions } from "./registry.js";
