/** Drives `sluice audit` and reads what it prints, checked against the shape that it promises. */
import { z } from 'zod';
import { sluice, type Ended } from './sluice.js';

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const removable = z.strictObject({ documents: count, rate: share });

/** What `--json` prints, whole: nothing more, nothing less. */
export const AUDIT = z.strictObject({
  documents: count, tokens: count, bytes: count, threshold: share,
  exact: removable,
  near: z.array(removable.extend({ jaccard: share, interval: z.tuple([share, share]), lshRecall: share, corrected: removable })).min(5),
  redundancy: share,
  clusters: z.strictObject({
    count, sizes: z.array(z.strictObject({ size: z.string(), clusters: count, documents: count })),
    largest: z.array(z.strictObject({
      size: z.int().min(2), members: z.array(z.strictObject({ id: z.string().min(1), source: z.string(), jaccard: share })).min(1).max(10),
      sample: z.string().max(600), diff: z.array(z.string()).max(40),
    })).max(20),
  }),
  sources: z.record(z.string(), z.strictObject({ documents: count, tokens: count, exact: removable, near: removable })),
  matrix: z.strictObject({ sources: z.array(z.string()), documents: z.array(z.array(count)) }),
  overlap: z.strictObject({
    against: z.array(z.string()), documents: removable, againstDocuments: removable,
    examples: z.array(z.strictObject({ id: z.string(), matchedId: z.string(), jaccard: share, sample: z.string() })).max(20),
  }).optional(),
  lengths: z.array(z.strictObject({ bytes: count, documents: z.int().min(1), expected: z.number().min(0), sample: z.string() })).max(20),
  urls: removable.extend({ largest: z.array(z.strictObject({ key: z.string(), documents: z.int().min(2) })).max(20) }),
  paragraphs: z.strictObject({
    paragraphs: count, repeated: count, repeatedBytes: count,
    largest: z.array(z.strictObject({ sample: z.string(), documents: z.int().min(2), bytes: z.int().min(1) })).max(20),
  }),
  shortDocuments: count,
  lsh: z.strictObject({ bands: count, rows: count, shingle: z.string(), verify: z.enum(['estimated', 'exact']) }),
  sample: z.strictObject({ documents: count, of: count }).optional(),
  faults: z.array(z.strictObject({ reason: z.string(), count: z.int().min(1), lost: z.boolean() })),
  alarms: z.array(z.string()),
});

export type AuditFound = z.infer<typeof AUDIT>;

/** One worker unless told. */
export function runAudit(cwd: string, ...parameters: string[]): Promise<Ended> {
  return sluice(cwd, 'audit', '--workers', '1', ...parameters);
}

/** An audit that must end with `code`; its JSON. */
export async function auditOf(cwd: string, parameters: readonly string[], code = 0): Promise<AuditFound> {
  const ended = await runAudit(cwd, ...parameters, '--json', '-');
  if (ended.code !== code) throw new Error(`sluice audit ended with ${ended.code}, expected ${code}:\n${ended.stderr}`);
  return AUDIT.parse(JSON.parse(ended.stdout));
}

/** JSON Lines of documents. */
export const jsonl = (documents: readonly { readonly id: string; readonly text: string; readonly url?: string }[]): string => documents.map((document) => `${JSON.stringify(document)}\n`).join('');

export const nearAt = (audit: AuditFound, jaccard: number): AuditFound['near'][number] => {
  const level = audit.near.find((one) => one.jaccard === jaccard);
  if (level === undefined) throw new Error(`no level ${jaccard} among ${audit.near.map((one) => one.jaccard).join()}`);
  return level;
};
