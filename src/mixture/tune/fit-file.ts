/** fit.json: written by `tune fit`, read by what follows. A file that a person or another program has touched is checked like any input. */
import { z } from 'zod';
import { ConfigError } from '../../core/errors.js';
import type { Fit } from './types.js';

const finite = z.number();
const correlation = z.object({ value: finite, low: finite, high: finite });
const law = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log-linear'), c: finite, t: z.array(finite) }),
  z.object({ kind: z.literal('ridge'), intercept: finite, linear: z.array(finite), log: z.array(finite), epsilon: z.number().positive() }),
]);
const fitSchema = z.object({
  kind: z.literal('sluice-fit'),
  version: z.literal(1),
  sources: z.array(z.string()).min(1),
  targets: z.array(z.object({
    target: z.string(), law, crossValidated: z.object({ 'log-linear': correlation, ridge: correlation }), error: finite, measured: z.array(finite), predicted: z.array(finite),
  })).min(1),
  runs: z.array(z.object({ run: z.string(), name: z.string(), index: finite, weights: z.record(z.string(), finite) })).min(1),
  warnings: z.array(z.string()),
});

export function fitText(fit: Fit): string {
  return `${JSON.stringify(fit)}\n`;
}

/** The fit in a file's text. Errors: ConfigError with the file, and the key that is wrong. */
export function parseFit(text: string, file: string): Fit {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${file}: found no JSON, expected what sluice tune fit writes`, { cause });
  }
  const parsed = fitSchema.safeParse(value);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!; // an error has an issue
    throw new ConfigError(`${file}: ${path.join('.') || 'the file'}: ${message}; expected what sluice tune fit writes`);
  }
  const fit = parsed.data;
  for (const { target, law: { kind, ...rest } } of fit.targets) {
    for (const [key, numbers] of Object.entries(rest)) {
      if (Array.isArray(numbers) && numbers.length !== fit.sources.length) throw new ConfigError(`${file}: ${target}: found ${numbers.length} numbers in ${kind} ${key}, expected one a source, ${fit.sources.length}`);
    }
  }
  for (const { run, weights } of fit.runs) {
    const missing = fit.sources.find((source) => !Object.hasOwn(weights, source));
    if (missing !== undefined) throw new ConfigError(`${file}: ${run}: found no share of ${missing}, expected one of every source`);
  }
  return fit;
}
