/** The networks' part of learning. TensorFlow.js takes a second to load: only who trains a network waits for it. */
export const loadNetworks = (): Promise<typeof import("./neural/index.js")> => import("./neural/index.js");
