export { Catalog, namespaceOf, type PublishedPackage } from "./catalog.js";
