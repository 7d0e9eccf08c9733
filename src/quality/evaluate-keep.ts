/** Keep rules as a command line writes them, and what each expects of a document: the probability that it stays. */
import { ConfigError } from '../core/errors.js';
import { keepProbability } from '../stages/quality.js';
import type { AppliedKeepRule, KeepRuleSpec } from './evaluation.js';
import { MOST_ALPHA } from './keep-solvers.js';

/** Scores of the crawl, each with the number of documents that it stands for. */
export interface WeightedScores {
  readonly scores: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

const EXPECTED = 'expected threshold:S with S from 0 to 1, pareto:ALPHA with ALPHA from 0 to 1000, or top:SHARE with SHARE above 0 and at most 1';

/** Reads `threshold:.5`, `pareto:9` or `top:.1`. Errors: ConfigError for anything else. */
export function parseKeepRule(text: string): KeepRuleSpec {
  const [, kind, digits] = /^(threshold|pareto|top):(\d+\.?\d*|\.\d+)$/.exec(text) ?? [];
  const value = Number(digits);
  if (kind === 'threshold' && value <= 1) return { kind, threshold: value };
  if (kind === 'pareto' && value <= MOST_ALPHA) return { kind, alpha: value };
  if (kind === 'top' && value > 0 && value <= 1) return { kind, share: value };
  throw new ConfigError(`--keep: found "${text}", ${EXPECTED}`);
}

export function keepRuleText(rule: KeepRuleSpec): string {
  switch (rule.kind) {
    case 'threshold': return `threshold:${rule.threshold}`;
    case 'pareto': return `pareto:${rule.alpha}`;
    case 'top': return `top:${rule.share}`;
  }
}

/** The rule with what it comes to on a crawl. Without a crawl a top share has no threshold: throws. */
export function applyKeepRule(rule: KeepRuleSpec, crawl: WeightedScores): AppliedKeepRule {
  const cut = rule.kind === 'top' ? topCut(crawl, rule.share) : undefined;
  const applied: AppliedKeepRule = {
    rule, text: keepRuleText(rule), crawlShare: null,
    threshold: rule.kind === 'threshold' ? rule.threshold : cut?.score ?? null,
    atThreshold: rule.kind === 'threshold' ? 1 : cut?.part ?? null,
  };
  return { ...applied, crawlShare: keptOf(applied, crawl) };
}

/** The probability that a document of this score stays. */
export function keepsWith({ rule, threshold, atThreshold }: AppliedKeepRule, score: number): number {
  if (rule.kind === 'pareto') return keepProbability(score, rule.alpha);
  if (score === threshold) return atThreshold ?? 0;
  return score > (threshold ?? Infinity) ? 1 : 0;
}

/** The expected share of `documents` that stays; null where they weigh nothing. */
export function keptOf(rule: AppliedKeepRule, { scores, weights }: WeightedScores): number | null {
  let [kept, all] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    kept += weights[i]! * keepsWith(rule, scores[i]!);
    all += weights[i]!;
  }
  return all === 0 ? null : kept / all;
}

/**
 * Where the best `share` ends: documents above `score` stay, and `part` of those that have it. `share` of the weight exactly, whatever ties. Throws of
 * nothing, as there is no such score.
 */
export function topCut({ scores, weights }: WeightedScores, share: number): { readonly score: number; readonly part: number } {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  if (order.length === 0) throw new Error('top share: found no scores, expected those of the crawl');
  const wanted = share * order.reduce((sum, i) => sum + weights[i]!, 0);
  let above = 0;
  for (let from = 0; ;) {
    const score = scores[order[from]!]!;
    let [at, to] = [0, from];
    for (; to < order.length && scores[order[to]!] === score; to++) at += weights[order[to]!]!;
    if (above + at >= wanted || to === order.length) return { score, part: at === 0 ? 1 : Math.min(1, (wanted - above) / at) };
    above += at;
    from = to;
  }
}
