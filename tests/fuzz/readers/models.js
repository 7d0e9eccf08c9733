import { labelTree } from '#src/formats/fasttext-tree.js';
import { encodeLogisticModel, readLogisticModel } from '#src/formats/logistic-model.js';
import { readFastTextModel } from '#src/formats/fasttext-model.js';
import { openJsonTokenizer } from '#src/kernels/tokenizer-json.js';
import { foldModel, isFoldable } from '#src/quality/fold.js';
import { loadFoldedModel, saveFoldedModel } from '#src/quality/folded-file.js';
import { LINES } from '../seeds.js';
import { fail, valueOrMessage } from '../source-check.js';

const int32 = (...values) => Buffer.from(Int32Array.from(values).buffer);
const int64 = (...values) => Buffer.from(BigInt64Array.from(values.map(BigInt)).buffer);
const floats = (count, scale = 0.01) => Buffer.from(Float32Array.from({ length: count }, (_, i) => ((i * 37) % 101 - 50) * scale).buffer);
const byte = (value) => Buffer.from([value]);

const WORDS = ['the', 'quick', 'früh', '世界', '</s>'];
const LABELS = ['__label__hq', '__label__lq'];

/** A model as fastText writes it (version 12), by hand: loss 1 = hs, 3 = softmax. */
function fastTextModel({ dim, bucket, maxn, loss, pruned, quantised }) {
  const head = int32(793712314, 12, dim, 5, 5, 1, 5, 2, loss, 3, bucket, maxn === 0 ? 0 : 2, maxn, 100);
  const entries = [...WORDS.map((word) => [word, 0]), ...LABELS.map((label) => [label, 1])];
  const kept = pruned ? [3, 0, 7, 1] : [];
  const dictionary = [int32(entries.length, WORDS.length, LABELS.length), int64(1000, pruned ? 2 : -1), ...entries.flatMap(([name, type], i) => [Buffer.from(`${name}\0`), int64(100 - i), byte(type)]), int32(...kept)];
  const rows = WORDS.length + (pruned ? 2 : bucket);
  const input = quantised
    ? [byte(0), int64(rows, dim), int32(2 * rows), Buffer.from(Array.from({ length: 2 * rows }, (_, i) => i % 256)), int32(dim, 2, dim / 2, dim / 2), floats(256 * dim)]
    : [int64(rows, dim), floats(rows * dim)];
  return Buffer.concat([head, Buffer.from(Float64Array.of(0).buffer), ...dictionary, byte(quantised ? 1 : 0), ...input, byte(0), int64(LABELS.length, dim), floats(LABELS.length * dim)]);
}

/** Files of fastText models. One that is read is folded, or says why not. */
export const fastText = {
  seeds: () => [
    fastTextModel({ dim: 4, bucket: 20, maxn: 3, loss: 3, pruned: false, quantised: false }), fastTextModel({ dim: 2, bucket: 20, maxn: 3, loss: 1, pruned: true, quantised: true }),
    fastTextModel({ dim: 3, bucket: 8, maxn: 0, loss: 4, pruned: false, quantised: false }),
  ],
  tokens: [int32(793712314, 12), int32(-1), int32(0x7fffffff), int64(-1), '\0', '__label__', '</s>', Buffer.from(Float32Array.of(NaN, Infinity, -0, 3e38).buffer)],
  async check(bytes, { random, write }) {
    const input = random.once(2) ? bytes : write('model.bin').path;
    const { value: model } = valueOrMessage(() => readFastTextModel(input, 'model.bin'));
    if (model === undefined) return false;
    if (model.labels.length * model.dim > bytes.length || model.wordOffsets.length > bytes.length) fail('the model has more than its file');
    if (isFoldable(model) && model.bucket < 1e6) valueOrMessage(() => foldModel(model, model.labels[0]));
    labelTree(model.labelCounts);
    return true;
  },
};

/** Files of logistic models. */
export const logistic = {
  seeds: () => [encodeLogisticModel({ weights: Float32Array.from({ length: 64 }, (_, i) => i / 7), bias: 0.5, binary: true }), encodeLogisticModel({ weights: new Float32Array(512), bias: -1, binary: false })].map((seed) => Buffer.from(seed)),
  tokens: [int32(1 << 20), int32(0), int32(3), Buffer.from(Float64Array.of(NaN).buffer)],
  async check(bytes, { random, write }) {
    const { value } = valueOrMessage(() => readLogisticModel(random.once(2) ? bytes : write('model.logistic').path, 'model.logistic'));
    if (value !== undefined && 4 * value.weights.length > bytes.length) fail('the model has more than its file');
    return value !== undefined;
  },
};

/** Folded models, as the train phase keeps them. */
export const folded = {
  seeds: () => [3, 1].map((wordNgrams) => Buffer.from(saveFoldedModel({
    words: WORDS.map((word) => Buffer.from(word)), wordWeights: Float32Array.of(1, -1, 0.5, 2, 0), bucketWeights: wordNgrams > 1 ? Float32Array.of(NaN, 1, 2) : new Float32Array(0), wordNgrams, link: wordNgrams > 1 ? 'table' : 'sigmoid',
  }))),
  tokens: [int32(-1), int32(0x7fffffff), int32(0)],
  async check(bytes, { random, write }) {
    const { value } = valueOrMessage(() => loadFoldedModel(random.once(2) ? bytes : write('model.folded').path, 'model.folded'));
    if (value !== undefined && 8 * value.words.length > bytes.length) fail('the model has more than its file');
    return value !== undefined;
  },
};

const TOKENIZERS = [
  { model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2, 'Ġ': 3, c: 4, '<unk>': 5 }, merges: ['a b', ['ab', 'c']], unk_token: '<unk>', byte_fallback: false },
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }, normalizer: { type: 'NFC' }, added_tokens: [{ id: 5, content: '<unk>', special: true }], post_processor: null, decoder: null },
  { model: { type: 'WordPiece', vocab: { '[UNK]': 0, the: 1, '##s': 2, q: 3 }, unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100 },
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true }, pre_tokenizer: { type: 'BertPreTokenizer' }, added_tokens: [] },
  { model: { type: 'Unigram', vocab: [['<unk>', 0], ['▁', -2], ['▁the', -3.5], ['a', -5]], unk_id: 0 }, normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' }] },
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true }, { type: 'Split', pattern: { Regex: '[0-9]' }, behavior: 'Isolated', invert: false }] }, added_tokens: [] },
].map((file) => ({ version: '1.0', truncation: null, padding: null, ...file }));

/** Files tokenizer.json. One that is read counts some tokens of some text. */
export const tokenizer = {
  seeds: () => TOKENIZERS.map((file) => Buffer.from(JSON.stringify(file))),
  tokens: ['"type":', '"BPE"', '"WordPiece"', '"Unigram"', '"Sequence"', '"Regex":', '"vocab":{}', '"merges":[]', 'null', '[]', '{}', '"a b"', '1e999', '-1', '"normalizer":', '"__proto__":', '"ByteLevel"', '"\\ud800"', '[[[[[[['],
  async check(_, { write }) {
    const { value } = valueOrMessage(() => openJsonTokenizer(write('tokenizer.json').path));
    if (value === undefined) return false;
    const tokens = value.count(Buffer.from(`the quick ab c 1234 ${LINES.join(' ')}`));
    if (!(Number.isSafeInteger(tokens) && tokens >= 0)) fail(`counted ${tokens} tokens`);
    return true;
  },
};
