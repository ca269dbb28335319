import { benchCapture } from "./capture-bench.js";
import { benchImport } from "./import-bench.js";
import { benchKde } from "./kde-bench.js";
import { benchNetflow } from "./netflow-bench.js";

/** What data takes on its way in: imports, captures, flow exports, densities. */
export async function benchData(): Promise<unknown> {
  return { import: await benchImport(), capture: await benchCapture(), netflow: benchNetflow(), kde: benchKde() };
}
