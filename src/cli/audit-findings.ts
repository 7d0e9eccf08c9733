/** What documents share beside whole texts, as an audit shows it: phase `tally` counted it, here are the words for it. */
import type { LengthSpike, RepeatedKeys, RepeatedParagraphs } from '../dedup/audit.js';
import { mergeSpikes, type Spike } from '../dedup/length-spikes.js';
import { findParagraph } from '../dedup/paragraph-lines.js';
import { addRepeats, type RepeatTally, type TallyGroup } from '../dedup/tally.js';
import { sampleOfBytes, type AuditDocuments } from './audit-documents.js';

export function lengthSpikes(parts: readonly (readonly Spike[])[], documents: AuditDocuments): LengthSpike[] {
  return mergeSpikes(parts).map(({ bytes, documents: count, expected, row }) => ({ bytes, documents: count, expected, sample: documents.sampleOf(row) }));
}

/** Addresses stand as the first document has them. */
export function repeatedUrls(parts: readonly RepeatTally[], of: number, documents: AuditDocuments): RepeatedKeys {
  const { repeated, largest } = addRepeats(parts);
  return {
    documents: repeated, rate: of === 0 ? 0 : repeated / of,
    largest: largest.map((group) => ({ key: documents.urlOf(group.row), documents: group.documents })),
  };
}

export function repeatedParagraphs(parts: readonly RepeatTally[], documents: AuditDocuments): RepeatedParagraphs {
  const { records, repeated, repeatedBytes, largest } = addRepeats(parts);
  return {
    paragraphs: records, repeated, repeatedBytes,
    largest: largest.map((group) => {
      const text = paragraphOf(group, documents);
      return { sample: sampleOfBytes(text), documents: group.documents, bytes: text.length };
    }),
  };
}

function paragraphOf({ key: [high, low], row }: TallyGroup, documents: AuditDocuments): Uint8Array {
  const text = findParagraph(documents.bytesOf(row), high!, low!); // a key of three words
  if (text === undefined) throw new Error(`row ${row}: found no paragraph of hash ${high} ${low}, although it was tallied`);
  return text;
}
