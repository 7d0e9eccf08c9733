// Scores documents with a fastText classifier of any number of labels. A word's vector (its own row and its character n-grams) is summed once
// and remembered, because words repeat: the hidden vector is then one vector addition a token.
import { docStart, ensure, text } from './tokens';
import { MOST_TOKENS, nextTokens, startTokens } from './token-scan';
import { addBucket, addRow, addVector, Model } from './language-features';
import { counts, findVectors, IS_END, IS_LABEL, remember, reserveVectors, tokenHashes, vectors } from './language-tokens';
import { END_OF_LINE_HASH } from './fasttext-words';
import { tableSigmoid } from './fasttext-sigmoid';

const HIDDEN: i32 = 32;
const OUTPUTS: i32 = 34;
const PATHS: i32 = 35;
const HASHES: i32 = 36;

const HIERARCHICAL: u32 = 0;
const SOFTMAX: u32 = 1;

const EPSILON: f64 = 1e-5;

let hidden: usize = 0;
let features: u32 = 0;
let bestLabel: u32 = 0;
let bestProbability: f64 = 0;
/** fastText's hashes of the line's last tokens, and how many there are. */
let hashes: usize = 0;
let hashCount: u32 = 0;

function reserve(model: Model): void {
  hidden = ensure(HIDDEN, model.stride << 2);
  hashes = ensure(HASHES, (MOST_TOKENS + model.wordNgrams) << 2);
  reserveVectors(model);
}

/** Adds the tokens' vectors to `hidden`; true where a token spelled like the end of line ends the text, as it does for the engine. */
function addTokens(model: Model, count: u32): bool {
  for (let t: usize = 0; t < <usize>count << 2; t += 4) {
    const found = load<u32>(counts + t);
    if (found == IS_END) return true;
    if (found == IS_LABEL) continue;
    features += found;
    addVector(hidden, load<usize>(vectors + t), model.stride);
    store<u32>(hashes + (<usize>hashCount << 2), load<u32>(tokenHashes + t));
    hashCount++;
  }
  return false;
}

/** addTokens for 16 dimensions without word n-grams, as lid.176 has: the sum stays in registers. */
function addTokens16(count: u32): bool {
  let a = v128.load(hidden);
  let b = v128.load(hidden, 16);
  let c = v128.load(hidden, 32);
  let d = v128.load(hidden, 48);
  let sum: u32 = 0;
  let ends = false;
  for (let t: usize = 0; t < <usize>count << 2; t += 4) {
    const found = load<u32>(counts + t);
    if (found >= IS_END) {
      if (found == IS_LABEL) continue;
      ends = true;
      break;
    }
    const vector = load<usize>(vectors + t);
    sum += found;
    a = f32x4.add(a, v128.load(vector));
    b = f32x4.add(b, v128.load(vector, 16));
    c = f32x4.add(c, v128.load(vector, 32));
    d = f32x4.add(d, v128.load(vector, 48));
  }
  v128.store(hidden, a);
  v128.store(hidden, b, 16);
  v128.store(hidden, c, 32);
  v128.store(hidden, d, 48);
  features += sum;
  return ends;
}

/**
 * Adds the word n-grams of 2 .. wordNgrams tokens that begin where all of them are known, or, at the end of the line, all: 64-bit arithmetic on
 * sign-extended 32-bit hashes. Hashes that more n-grams begin with are kept.
 */
function addWordNgrams(model: Model, last: bool): void {
  const most = model.wordNgrams;
  const tokens: u32 = most == 1 ? 0 : hashCount;
  const stop = last ? tokens : tokens - min(tokens, most - 1);
  for (let i: u32 = 0; i < stop; i++) {
    let gram = <u64><i64>load<i32>(hashes + (<usize>i << 2));
    const end = min(tokens, i + most);
    for (let j = i + 1; j < end; j++) {
      gram = gram * 116049371 + <u64><i64>load<i32>(hashes + (<usize>j << 2));
      features += addBucket(model, <u32>(gram % <u64>model.bucket), hidden);
    }
  }
  hashCount = tokens - stop;
  memory.copy(hashes, hashes + (<usize>stop << 2), <usize>hashCount << 2);
}

/** Leaves the sum of the document's features in `hidden` and their number in `features`; false for a document without tokens. */
function sumDocument(model: Model, start: usize, end: usize): bool {
  memory.fill(hidden, 0, <usize>model.stride << 2);
  features = 0;
  hashCount = 0;
  let any = false;
  const small = model.stride == 16 && model.wordNgrams == 1;
  startTokens(start, end);
  for (let count = nextTokens(); count != 0; count = nextTokens()) {
    any = true;
    const misses = findVectors(model, count);
    const ends = small ? addTokens16(count) : addTokens(model, count);
    remember(model, misses);
    if (ends) break;
    addWordNgrams(model, false);
  }
  if (!any) return false;
  if (model.endOfLine != 0) {
    addRow(model, model.endOfLine - 1, hidden);
    features++;
  }
  store<u32>(hashes + (<usize>hashCount << 2), END_OF_LINE_HASH);
  hashCount++;
  addWordNgrams(model, true);
  return true;
}

function dotRow(model: Model, row: u32): f32 {
  const at = model.output + (<usize>row * model.stride << 2);
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < <usize>model.stride << 2; i += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(hidden + i), v128.load(at + i)));
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
}

/** The best leaf, left before right, leaving out what cannot beat the best so far; later wins among equals, as in the engine. */
function bestLeaf(model: Model): void {
  const paths = ensure(PATHS, (model.labels + 2) << 4);
  let open: u32 = 1;
  store<f64>(paths, 1);
  store<u32>(paths, 2 * model.labels - 2, 8);
  while (open > 0) {
    const path = paths + (<usize>--open << 4);
    const probability = load<f64>(path);
    if (probability < EPSILON || probability < bestProbability) continue;
    const node = load<u32>(path, 8);
    if (node < model.labels) {
      bestLabel = node;
      bestProbability = probability;
      continue;
    }
    const right = <f32>(1 / (1 + NativeMath.exp(-<f64>dotRow(model, node - model.labels))));
    store<f64>(path, probability * (<f64>right + EPSILON));
    store<u32>(path, load<u32>(model.right + (<usize>node << 2)), 8);
    store<f64>(path, probability * (<f64>(1 - right) + EPSILON), 16);
    store<u32>(path, load<u32>(model.left + (<usize>node << 2)), 24);
    open += 2;
  }
}

/** The best of all labels by softmax or by fastText's table of sigmoids; later wins among equals, as in the engine. */
function bestOutput(model: Model): void {
  if (model.loss != SOFTMAX) {
    for (let label: u32 = 0; label < model.labels; label++) {
      const probability = <f64>tableSigmoid(dotRow(model, label)) + EPSILON;
      if (probability < bestProbability) continue;
      bestLabel = label;
      bestProbability = probability;
    }
    return;
  }
  bestProbability = 1 / softmaxSum(model) + EPSILON;
}

let outputScores: usize = 0;
let highest: f32 = 0;

/** Sum of exp(score - highest) over all labels; leaves the scores in `outputScores`, and the last of the highest in `bestLabel`. */
function softmaxSum(model: Model): f64 {
  outputScores = ensure(OUTPUTS, model.labels << 2);
  highest = -Infinity;
  for (let label: u32 = 0; label < model.labels; label++) {
    const score = dotRow(model, label);
    store<f32>(outputScores + (<usize>label << 2), score);
    if (score < highest) continue;
    highest = score;
    bestLabel = label;
  }
  let sum: f64 = 0;
  for (let label: u32 = 0; label < model.labels; label++) sum += NativeMath.exp(<f64>(load<f32>(outputScores + (<usize>label << 2)) - highest));
  return sum;
}

/** The probability of the label whose path `path` describes (label-score.ts), as bestLeaf and bestOutput would find it. */
function labelProbability(model: Model, label: u32, path: usize, steps: u32): f64 {
  if (model.loss == HIERARCHICAL) {
    let probability: f64 = 1;
    for (let step: u32 = 0; step < steps; step++) {
      if (probability < EPSILON) return 0;
      const node = load<u32>(path + (<usize>step << 2));
      const right = <f32>(1 / (1 + NativeMath.exp(-<f64>dotRow(model, node >> 1))));
      probability *= <f64>((node & 1) != 0 ? right : 1 - right) + EPSILON;
    }
    return probability < EPSILON ? 0 : probability;
  }
  if (model.loss != SOFTMAX) return <f64>tableSigmoid(dotRow(model, label)) + EPSILON;
  const sum = softmaxSum(model);
  return NativeMath.exp(<f64>(load<f32>(outputScores + (<usize>label << 2)) - highest)) / sum + EPSILON;
}

/** Leaves the mean of the document's features in `hidden`; false for a document without any, or without tokens. */
function meanDocument(model: Model, row: usize): bool {
  if (!sumDocument(model, text + load<u32>(docStart + (row << 2)), text + load<u32>(docStart + (row << 2), 4)) || features == 0) return false;
  const share = f32x4.splat(<f32>(1 / <f64>features));
  for (let i: usize = 0; i < <usize>model.stride << 2; i += 16) v128.store(hidden + i, f32x4.mul(v128.load(hidden + i), share));
  return true;
}

/** Writes the best label (u16) and its probability (f32) of each row; both 0 for a document without tokens or without features. */
export function languageScore(at: usize, rows: usize, count: u32, labelOut: usize, probabilityOut: usize): void {
  const model = changetype<Model>(at);
  reserve(model);
  for (let r: u32 = 0; r < count; r++) {
    const row = <usize>load<u32>(rows + (<usize>r << 2));
    bestLabel = 0;
    bestProbability = 0;
    if (meanDocument(model, row)) {
      if (model.loss == HIERARCHICAL) bestLeaf(model);
      else bestOutput(model);
    }
    store<u16>(labelOut + (row << 1), <u16>bestLabel);
    store<f32>(probabilityOut + (row << 2), <f32>bestProbability);
  }
}

/** Writes the probability of one label to f32 `out[row]`; 0 for a document without tokens or without features. */
export function labelScore(at: usize, label: u32, path: usize, steps: u32, rows: usize, count: u32, out: usize): void {
  const model = changetype<Model>(at);
  reserve(model);
  for (let r: u32 = 0; r < count; r++) {
    const row = <usize>load<u32>(rows + (<usize>r << 2));
    store<f32>(out + (row << 2), meanDocument(model, row) ? <f32>labelProbability(model, label, path, steps) : 0);
  }
}
