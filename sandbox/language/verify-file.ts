import { certify } from "./certificate.js";
import {
  keepWithinCount,
  type LoweredLf,
  Lowering,
  lowerExpression,
  lowerLf,
  lowerModule,
  withinBudget,
} from "./lower/index.js";
import { exportedFunctions, parseSource, RefusalLog } from "./syntax/index.js";
import type { FileVerification, VerifiedLf, VerifyOptions } from "./verification.js";

/**
 * Verify one source file of guest text. In order: limits and deceptive characters, parse, permit table, names and types,
 * one program per exported function, its limits, its certificate. Never throws on guest text, never runs any of it.
 * LFs that stand are listed beside the refusals of those that do not.
 */
export function verifyFile(text: string, options: VerifyOptions): FileVerification {
  const log = new RefusalLog(text, options.path ?? "lf.ts");
  const lfs: VerifiedLf[] = [];
  const source = parseSource(text, log);
  if (source !== undefined) {
    const { kind } = options;
    const labels = Object.freeze([...options.labels]);
    const lowering = new Lowering(source, log, kind, labels, new Set(options.grantedFields), lowerExpression);
    withinBudget(() => {
      for (const declaration of keepWithinCount(lowering, lowerModule(lowering))) {
        const lowered = lowerLf(lowering, declaration);
        if (lowered === undefined) continue;
        const { name } = declaration.helper;
        const certificate = certify(name, lowered, kind, labels, log.lines);
        warnOfLiterals(log, lowered, name);
        lfs.push({ name, description: declaration.description, program: lowered.program, certificate });
      }
      if (lfs.length === 0 && log.refusals.length === 0) {
        log.refuse(
          "FLM_LF_EMPTY",
          0,
          "The file exports no labeling function. Write export function name(flow, stats) { … }.",
        );
      }
    });
  }
  const exported = source === undefined ? [] : exportedFunctions(source);
  return { lfs, exported, refusals: log.refusals, warnings: log.warnings };
}

function warnOfLiterals(log: RefusalLog, { literals }: LoweredLf, name: string): void {
  for (const { field, operator, value, position } of literals) {
    const message = `${field} ${operator} ${value} ties this labeling function to your network and can reveal it. Compare ${field} with a statistic, such as stats.${field}.p75.`;
    log.warn(position, message, name);
  }
}
