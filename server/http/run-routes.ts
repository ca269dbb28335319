import { FlamencoError } from "@flamenco/policies/errors";
import { closed, Digest } from "@flamenco/policies/wire";
import { Type } from "@sinclair/typebox";
import type { Run } from "../jobs/index.js";
import { limits } from "../limits.js";
import { assertReleased } from "../release/index.js";
import type { App, RouteContext } from "./route-context.js";
import { describeRun, RunView } from "./run-view.js";

export const RunParams = Type.Object({ study: Digest }, closed);

/** @throws FLM_STUDY_UNKNOWN */
export async function findRun({ store }: RouteContext, study: string): Promise<Run> {
  const run = await store.find(study);
  if (run === undefined) throw new FlamencoError("FLM_STUDY_UNKNOWN", "This node knows no such study.");
  return run;
}

/** GET /runs, /runs/:study, /runs/:study/result */
export function addRunRoutes(app: App, context: RouteContext): void {
  app.get("/runs", { schema: { response: { 200: Type.Object({ runs: Type.Array(RunView) }, closed) } } }, async () => ({
    runs: (await context.store.list(limits.runsListed)).map(describeRun),
  }));

  app.get("/runs/:study", { schema: { params: RunParams, response: { 200: RunView } } }, async ({ params }) =>
    describeRun(await findRun(context, params.study)),
  );

  app.get("/runs/:study/result", { schema: { params: RunParams } }, async ({ params }, reply) => {
    await findRun(context, params.study);
    const release = await context.findRelease(params.study);
    if (release === undefined) throw new FlamencoError("FLM_NOT_FOUND", "The run has released nothing.");
    assertReleased(release);
    return reply.type("application/json").send(release.text);
  });
}
