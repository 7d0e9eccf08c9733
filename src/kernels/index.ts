/** The two implementations of the kernels. A worker makes one set and keeps it: its memory and tables are shared by all calls. */
import { gopherQuality } from './gopher-quality.js';
import { gopherRepetition } from './gopher-repetition.js';
import type { Kernels } from './kernels.js';
import { labelScorer } from './label-score.js';
import { languageScorer } from './language-score.js';
import { logisticScorer } from './logistic-score.js';
import { ngrams, ngramScanner } from './ngrams.js';
import { qualityScorer } from './quality-score.js';
import { gopherQuality as referenceGopherQuality } from './reference/gopher-quality.js';
import { gopherRepetition as referenceGopherRepetition } from './reference/gopher-repetition.js';
import { labelScorer as referenceLabelScorer } from './reference/label-score.js';
import { languageScorer as referenceLanguageScorer } from './reference/language-score.js';
import { logisticScorer as referenceLogisticScorer } from './reference/logistic-score.js';
import { ngrams as referenceNgrams, ngramScanner as referenceNgramScanner } from './reference/ngrams.js';
import { qualityScorer as referenceQualityScorer } from './reference/quality-score.js';
import { shingleSets as referenceShingleSets } from './reference/shingles.js';
import { signatures as referenceSignatures } from './reference/signatures.js';
import { WasmRuntime } from './runtime.js';
import { shingleSets } from './shingle-sets.js';
import { signatures } from './signatures.js';

export function createKernels(name: Kernels['name']): Kernels {
  return name === 'wasm' ? wasmKernels() : referenceKernels;
}

function wasmKernels(): Kernels {
  const runtime = new WasmRuntime();
  return {
    name: 'wasm',
    gopherQuality: (batch, rows) => gopherQuality(runtime, batch, rows),
    gopherRepetition: (batch, rows) => gopherRepetition(runtime, batch, rows),
    signatures: (batch, rows, parameters) => signatures(runtime, batch, rows, parameters),
    shingleSets: (batch, rows, shingle) => shingleSets(runtime, batch, rows, shingle),
    ngrams: (batch, rows, parameters) => ngrams(runtime, batch, rows, parameters),
    ngramScanner: (table) => ngramScanner(runtime, table),
    languageScorer: (model) => languageScorer(runtime, model),
    qualityScorer: (model) => qualityScorer(runtime, model),
    labelScorer: (model, label) => labelScorer(runtime, model, label),
    logisticScorer: (model) => logisticScorer(runtime, model),
  };
}

const referenceKernels: Kernels = {
  name: 'reference',
  gopherQuality: (batch, rows) => referenceGopherQuality(batch, rows),
  gopherRepetition: (batch, rows) => referenceGopherRepetition(batch, rows),
  signatures: referenceSignatures,
  shingleSets: referenceShingleSets,
  ngrams: referenceNgrams,
  ngramScanner: referenceNgramScanner,
  languageScorer: referenceLanguageScorer,
  qualityScorer: referenceQualityScorer,
  labelScorer: referenceLabelScorer,
  logisticScorer: referenceLogisticScorer,
};
