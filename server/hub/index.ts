export { Announcer } from "./announcer.js";
export { Courier } from "./courier.js";
export { pollOffers } from "./offer-poller.js";
export { isTransient, RegistryClient } from "./registry-client.js";
export { signRunReport } from "./signed-documents.js";
