/**
 * From the sampled documents of two classes to examples: as many of one class as of the other, of the same lengths, and a tenth of the documents
 * held out to judge the model by. Pure; the result depends on the samples alone.
 */
import { ConfigError } from '../core/errors.js';
import { hashKeyFromBytes, keyedUniform } from '../core/keyed-hash.js';
import type { TrainingExample } from '../formats/fasttext-training-file.js';
import { cutAt } from './text-segments.js';
import type { SampledDocument } from './training-sample.js';

export const POSITIVE = 'positive';
export const NEGATIVE = 'negative';

/** Share of the documents held out, by a hash of their text. */
const HELD_OUT_SHARE = 0.1;
/** Fewer documents of a class than this teach a model nothing that can be trusted. */
const LEAST_DOCUMENTS = 20;
/** Fewer than this are worth a warning. */
const FEW_DOCUMENTS = 200;

export interface TrainingSet {
  /** In an order that mixes the classes, for an engine that learns from them one after the other. */
  readonly train: readonly TrainingExample[];
  readonly heldOut: readonly TrainingExample[];
  /** The held-out documents as far as they were sampled (their pieces in one text), not cut to equal lengths; as many of one class as of the other. */
  readonly heldOutDocuments: readonly TrainingExample[];
  /** Documents whose text was in both classes: in neither set. */
  readonly inBothClasses: number;
  /** For the run's report. */
  readonly warnings: readonly string[];
}

/**
 * Examples are pieces of documents (training-sample.ts). In each of the two sets the classes are cut to the same number of pieces, and paired by
 * length, the longest with the longest; the longer of a pair is cut to the shorter one's length, so that length says nothing about the class.
 * Errors: ConfigError when a class has fewer than 20 documents, or none held out.
 */
export function makeTrainingSet(positive: readonly SampledDocument[], negative: readonly SampledDocument[]): TrainingSet {
  const shared = sharedContents(positive, negative);
  const of = split(POSITIVE, positive, shared);
  const against = split(NEGATIVE, negative, shared);
  const warnings: string[] = [];
  if (shared.size > 0) warnings.push(`${shared.size} documents are both positive and negative and teach nothing: left out`);
  for (const [name, { length }] of [[POSITIVE, positive], [NEGATIVE, negative]] as const) {
    if (length < FEW_DOCUMENTS) warnings.push(`only ${length} ${name} documents: the model and its held-out figures are rough`);
  }
  const heldOut = balance(of.heldOut, against.heldOut);
  if (heldOut.length === 0) throw new ConfigError('training set: found no held-out documents of one class, expected about a tenth: give more documents');
  const heldOutDocuments = wholeDocuments(of.heldOut, against.heldOut);
  return { train: balance(of.train, against.train), heldOut, heldOutDocuments, inBothClasses: shared.size, warnings };
}

interface Split {
  readonly train: readonly SampledDocument[];
  readonly heldOut: readonly SampledDocument[];
}

function split(name: string, documents: readonly SampledDocument[], shared: ReadonlySet<string>): Split {
  const own = documents.filter(({ content }) => !shared.has(content));
  if (own.length < LEAST_DOCUMENTS) {
    const besides = documents.length > own.length ? ` (and ${documents.length - own.length} that are in both classes)` : '';
    const expected = `at least ${LEAST_DOCUMENTS} that are in one class only`;
    throw new ConfigError(`training set: found ${own.length} distinct ${name} documents${besides}, expected ${expected}`);
  }
  return { train: own.filter(({ content }) => !isHeldOut(content)), heldOut: own.filter(({ content }) => isHeldOut(content)) };
}

function sharedContents(a: readonly SampledDocument[], b: readonly SampledDocument[]): ReadonlySet<string> {
  const contents = new Set(a.map(({ content }) => content));
  return new Set(b.map(({ content }) => content).filter((content) => contents.has(content)));
}

/** Whether a text is never learnt from: by its SHA-256 in hexadecimal alone, so that it is on the same side in every run and under every seed. */
export function isHeldOut(content: string): boolean {
  const words = Buffer.from(content.slice(0, 16), 'hex');
  return keyedUniform(HELD_OUT_KEY, words.readUInt32LE(0), words.readUInt32LE(4)) < HELD_OUT_SHARE;
}

const HELD_OUT_KEY = hashKeyFromBytes(new TextEncoder().encode('sluice held out '));

/** Pairs of a positive and a negative piece of the same length, in the order of the positive's draws. */
function balance(positive: readonly SampledDocument[], negative: readonly SampledDocument[]): readonly TrainingExample[] {
  const ours = positive.flatMap(({ segments }) => segments);
  const theirs = negative.flatMap(({ segments }) => segments);
  const count = Math.min(ours.length, theirs.length);
  const partners = longestFirst(theirs.slice(0, count));
  return longestFirst(ours.slice(0, count))
    .map((yes, i) => ({ order: yes.order, yes: yes.text, no: partners[i]!.text }))
    .sort((a, b) => a.order - b.order)
    .flatMap(({ yes, no }) => {
      const length = Math.min(yes.length, no.length);
      return [{ label: POSITIVE, text: cutAt(yes, length) }, { label: NEGATIVE, text: cutAt(no, length) }];
    });
}

/** Pairs of a positive and a negative document, in the order of their draws. */
function wholeDocuments(positive: readonly SampledDocument[], negative: readonly SampledDocument[]): readonly TrainingExample[] {
  const example = (label: string, { segments }: SampledDocument): TrainingExample => ({ label, text: segments.join('\n') });
  return positive.slice(0, negative.length).flatMap((document, i) => [example(POSITIVE, document), example(NEGATIVE, negative[i]!)]);
}

const longestFirst = (texts: readonly string[]): { text: string; order: number }[] =>
  texts.map((text, order) => ({ text, order })).sort((a, b) => b.text.length - a.text.length || a.order - b.order);
