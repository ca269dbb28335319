import { testInEngine } from "../../support/engine-tests.js";

await testInEngine(new URL("./isolate-engine.js", import.meta.url));
