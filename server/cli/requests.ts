import { userInfo } from "node:os";
import { FlamencoError } from "@flamenco/policies/errors";
import { type ApprovalRequest, Approvals, type Verdict } from "../approvals/index.js";
import { parseDossierAnswer, parseRequestAnswer, parseRequestsAnswer } from "../http/index.js";
import { toLine } from "../support/index.js";
import { drawDossier } from "./dossier-text.js";
import { type PartAccess, withNodePart } from "./running-node.js";

export interface RequestCommandOptions {
  readonly dataDir: string;
  readonly json: boolean;
}

export interface DecideCommandOptions extends RequestCommandOptions {
  readonly reason: string;
  readonly shown?: string;
}

type RequestDesk = Pick<Approvals, "list" | "show" | "decide">;

/** What the operator does with requests for approval, whoever holds the database. */
const requestsOf: PartAccess<RequestDesk> = {
  running: (ask) => ({
    list: async () => parseRequestsAnswer(await ask("GET", "/requests")),
    show: async (study) => parseDossierAnswer(await ask("GET", `/requests/${study}`)),
    decide: async (study, order) => parseRequestAnswer(await ask("POST", `/requests/${study}`, order as object)),
  }),
  stopped: (database) => new Approvals(database, () => new Date()),
};

/** `flamenco-node requests list` */
export async function listRequests(
  { dataDir, json }: RequestCommandOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const requests = await withNodePart(dataDir, environment, requestsOf, (desk) => desk.list());
  const lines = requests.length === 0 ? "No run has waited for approval." : requests.map(drawRequest).join("\n");
  process.stdout.write(json ? `${JSON.stringify({ event: "requests", requests })}\n` : `${lines}\n`);
}

/** `flamenco-node requests show STUDY` @throws FLM_APPROVAL_NONE, FLM_USAGE */
export async function showRequest(
  wanted: string,
  { dataDir, json }: RequestCommandOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const shown = await withNodePart(dataDir, environment, requestsOf, async (desk) =>
    desk.show(await findStudy(desk, wanted)),
  );
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: "request", ...shown })}\n`
      : `${drawRequest(shown.request)}\n\n${drawDossier(shown.dossier)}\n`,
  );
}

/** `flamenco-node requests approve|deny STUDY` @throws FLM_APPROVAL_*, FLM_STUDY_EXPIRED, FLM_USAGE */
export async function decideRequest(
  verdict: Verdict,
  wanted: string,
  { dataDir, json, reason, shown }: DecideCommandOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const order = { verdict, by: `operator ${userInfo().username}`, reason, ...(shown === undefined ? {} : { shown }) };
  const request = await withNodePart(dataDir, environment, requestsOf, async (desk) =>
    desk.decide(await findStudy(desk, wanted), order),
  );
  process.stdout.write(
    json ? `${JSON.stringify({ event: "decided", request })}\n` : `${drawRequest(request)}\n${consequences[verdict]}\n`,
  );
}

const consequences: Readonly<Record<Verdict, string>> = {
  approved: "It runs when a sealed worker is free.",
  denied: "It is refused; the researcher is told that, and not why.",
};

/** Fewest digits by which a study may be called. */
const PREFIX_DIGITS = 6;

/** A study by the beginning of its digest. @throws FLM_USAGE, FLM_APPROVAL_NONE */
async function findStudy(desk: RequestDesk, wanted: string): Promise<string> {
  if (!/^[0-9a-f]{6,64}$/.test(wanted)) {
    throw new FlamencoError("FLM_USAGE", `Name a study by its digest, or the first ${PREFIX_DIGITS} digits or more.`);
  }
  const found = (await desk.list()).map(({ study }) => study).filter((study) => study.startsWith(wanted));
  if (found.length > 1) throw new FlamencoError("FLM_USAGE", "Several studies begin so: give more digits.");
  if (found[0] === undefined) {
    throw new FlamencoError("FLM_APPROVAL_NONE", "Nobody's approval was ever asked for such a study.");
  }
  return found[0];
}

function drawRequest({ study, title, author, state, dataset, askedAt, expiresAt, decision }: ApprovalRequest): string {
  const waits = state === "awaiting-approval" ? `waits until ${expiresAt}` : state;
  const word =
    decision === null
      ? waits
      : `${decision.verdict} by ${decision.by} at ${decision.at}${decision.reason === "" ? "" : `: ${decision.reason}`}`;
  return `${study}\n  ${toLine(title)}, on ${dataset}, asked ${askedAt}\n  by ${author}\n  ${toLine(word)}`;
}
