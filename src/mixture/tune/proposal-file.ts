/** proposal.json: written by `tune propose`, read by `tune verify`. A person may have written or changed it, so it is checked like any input. */
import { z } from 'zod';
import { ConfigError } from '../../core/errors.js';
import type { Proposal } from './types.js';

const numbers = z.record(z.string(), z.number());
const shares = z.record(z.string(), z.number().min(0)).refine((given) => Object.values(given).some((share) => share > 0), { error: 'expected a share above 0' });

const proposalSchema = z.object({
  kind: z.literal('sluice-proposal'),
  version: z.literal(1),
  targetWeights: shares,
  weights: shares,
  prior: shares,
  lambda: z.number().min(0),
  caps: z.record(z.string(), z.number().min(0)),
  predicted: numbers,
  predictedAtPrior: numbers,
  distanceToSwarm: z.number().min(0),
  optimality: z.discriminatedUnion('kind', [z.object({ kind: z.literal('certified'), gap: z.number() }), z.object({ kind: z.literal('local'), starts: z.number() })]),
  warnings: z.array(z.string()),
});

/** The proposal in a file's text. Errors: ConfigError with the file, and the key that is wrong. */
export function parseProposal(text: string, file: string): Proposal {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${file}: found no JSON, expected what sluice tune propose writes`, { cause });
  }
  const parsed = proposalSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!; // an error has an issue
  throw new ConfigError(`${file}: ${path.join('.') || 'the file'}: ${message}; expected what sluice tune propose writes`);
}
