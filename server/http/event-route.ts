import { FlamencoError } from "@flamenco/policies/errors";
import { isFinalRunState } from "@flamenco/policies/wire";
import type { Run } from "../jobs/index.js";
import { limits } from "../limits.js";
import type { App, RouteContext } from "./route-context.js";
import { findRun, RunParams } from "./run-routes.js";
import type { RunEventView } from "./run-view.js";

const formatEvent = (event: RunEventView): string =>
  `id: ${event.sequence}\nevent: ${event.progress === null ? "state" : "progress"}\ndata: ${JSON.stringify(event)}\n\n`;

const viewOf = ({ sequence, state, updatedAt, progress, error }: Run): RunEventView => ({
  sequence,
  state,
  at: updatedAt.toISOString(),
  progress,
  error,
});

/** GET /runs/:study/events: every state that the run has reached, then its progress as it happens, until it ends. */
export function addEventRoute(app: App, context: RouteContext): void {
  const open = new Set<() => void>();
  app.addHook("preClose", async () => {
    for (const end of open) end();
  });

  app.get("/runs/:study/events", { schema: { params: RunParams } }, async ({ params }, reply) => {
    await findRun(context, params.study);
    if (open.size >= limits.eventSubscribers) {
      throw new FlamencoError("FLM_TOO_LARGE", `At most ${limits.eventSubscribers} listeners at a time.`);
    }
    let last = -1;
    let live: Run[] | undefined = [];
    const stream = reply.raw;
    const send = (event: RunEventView): void => {
      if (event.sequence <= last) return;
      last = event.sequence;
      stream.write(formatEvent(event));
      // A listener that does not read would fill the memory; it can come back and gets every state again.
      if (isFinalRunState(event.state) || stream.writableLength > limits.eventBufferBytes) end();
    };
    const unwatch = context.feed.watch(params.study, (run) =>
      live === undefined ? send(viewOf(run)) : live.push(run),
    );
    const heartbeat = setInterval(() => stream.write(":\n\n"), limits.eventHeartbeatMs);
    const end = (): void => {
      unwatch();
      clearInterval(heartbeat);
      open.delete(end);
      stream.end();
    };
    open.add(end);
    stream.once("close", end);
    try {
      const events = await context.store.listEvents(params.study);
      reply.hijack();
      stream.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      for (const { sequence, state, at, error } of events) {
        send({ sequence, state, at: at.toISOString(), progress: null, error });
      }
      // What changed while the history was read; `send` leaves out what was in it.
      for (const run of live) send(viewOf(run));
      live = undefined;
    } catch (error) {
      end();
      throw error;
    }
  });
}
