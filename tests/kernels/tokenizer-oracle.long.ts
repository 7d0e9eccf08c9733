import { join } from 'node:path';
import o200k from 'gpt-tokenizer/bpeRanks/o200k_base';
import cl100k from 'gpt-tokenizer/bpeRanks/cl100k_base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTokenizer } from '#src/kernels/tokenizer.js';
import { PythonOracle } from '../python-oracle.js';
import { realDocuments } from './gopher-texts.js';

const oracle = new PythonOracle();
let missing: string | undefined;
beforeAll(async () => { missing = await oracle.install(['tokenizers==0.23.*', 'tiktoken==0.14.*'], true); }, 200_000);
afterAll(() => oracle.remove());

const ODD = [
  'héllo wörld naïve', '日本語のテキスト、これは。', '<|endoftext|> hi', 'a  b   c\n\n\td', '🙂👨‍👩‍👧 ok', '', '   ', 'x'.repeat(240), `${' '.repeat(200)}x`, '١٢٣ 4567', 'e\u0301 \u00a0\u3000x', "don't DON'T",
  'ﬁ ﷺ ½', 'snake_case camelCase HTTPServer', '\r\n\r\n', '...---...', 'Αθήνα, ΣΟΦΟΣ', 'हिन्दी में पाठ', 'ภาษาไทยไม่มีช่องว่าง',
];
/** Without ideographs beyond U+FFFF, which the package's BertNormalizer does not tell apart: mails of other encodings come out with some. */
const texts = [...realDocuments(200).map((text) => text.slice(0, 20_000).toWellFormed().replaceAll(/[\u{20000}-\u{3ffff}]/gu, '')), ...ODD];

/** Trains one tokenizer of each make on the first texts, saves it, and counts all texts. */
const TRAIN = String.raw`
import json, os, sys
from tokenizers import Tokenizer, Regex, models, normalizers, pre_tokenizers, trainers
given = json.load(open(sys.argv[1])); texts = given['texts']; out = {}
bytes_ = pre_tokenizers.ByteLevel.alphabet()
SPECIAL = ['<|endoftext|>', '[UNK]']
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
def bpe(pre, normalizer=None, **options):
    t = Tokenizer(models.BPE(unk_token=options.get('unk')))
    t.pre_tokenizer = pre
    if normalizer is not None: t.normalizer = normalizer
    return t, trainers.BpeTrainer(vocab_size=1500, special_tokens=SPECIAL, initial_alphabet=bytes_ if 'unk' not in options else [], show_progress=False)
made = {
    'byte-level': bpe(pre_tokenizers.ByteLevel(add_prefix_space=False)),
    'byte-level-prefix': bpe(pre_tokenizers.ByteLevel(add_prefix_space=True)),
    'llama3': bpe(pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(LLAMA3), 'isolated'), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]), normalizers.NFC()),
    'metaspace': bpe(pre_tokenizers.Metaspace(), unk='[UNK]'),
    'whitespace': bpe(pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True)]),
        normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents(), normalizers.Strip()]), unk='[UNK]'),
    'punctuation': bpe(pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()]), unk='[UNK]'),
}
t = Tokenizer(models.WordPiece(unk_token='[UNK]')); t.normalizer = normalizers.BertNormalizer(); t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
made['wordpiece'] = (t, trainers.WordPieceTrainer(vocab_size=1500, special_tokens=SPECIAL, show_progress=False))
t = Tokenizer(models.Unigram()); t.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(' {2,}'), ' ')]); t.pre_tokenizer = pre_tokenizers.Metaspace()
made['unigram'] = (t, trainers.UnigramTrainer(vocab_size=1500, special_tokens=['<unk>'], unk_token='<unk>', show_progress=False))
for name, (tokenizer, trainer) in made.items():
    tokenizer.train_from_iterator(texts[: 60], trainer)
    tokenizer.save(os.path.join(given['folder'], name + '.json'))
llama2 = json.loads(made['metaspace'][0].to_str()); llama2['pre_tokenizer'] = None; llama2['model']['byte_fallback'] = True; llama2['model']['fuse_unk'] = True
llama2['normalizer'] = {'type': 'Sequence', 'normalizers': [{'type': 'Prepend', 'prepend': '\u2581'}, {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '\u2581'}]}
json.dump(llama2, open(os.path.join(given['folder'], 'llama2.json'), 'w'))
for name in [*made, 'llama2']:
    tokenizer = Tokenizer.from_file(os.path.join(given['folder'], name + '.json'))
    tokenizer.encode_special_tokens = True
    out[name] = [len(one.ids) for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
print(json.dumps(out))
`;

/** tiktoken with the package's ranks and its own patterns, as tiktoken_ext/openai_public.py has them. */
const TIKTOKEN = String.raw`
import base64, json, sys
import tiktoken
given = json.load(open(sys.argv[1]))
CASE = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
PATTERNS = {
    'cl100k_base': r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s""",
    'o200k_base': '|'.join([r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+""" + CASE, r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*""" + CASE,
        r"""\p{N}{1,3}""", r""" ?[^\s\p{L}\p{N}]+[\r\n/]*""", r"""\s*[\r\n]+""", r"""\s+(?!\S)""", r"""\s+"""]),
}
out = {}
for name, ranks in given['ranks'].items():
    table = {base64.b64decode(token): rank for rank, token in enumerate(ranks) if token is not None}
    encoding = tiktoken.Encoding(name, pat_str=PATTERNS[name], mergeable_ranks=table, special_tokens={})
    out[name] = [len(encoding.encode_ordinary(text)) for text in given['texts']]
print(json.dumps(out))
`;

async function differences(name: string, expected: readonly number[]): Promise<unknown[]> {
  const { count } = await openTokenizer(name);
  return texts.flatMap((text, i) => {
    const found = count(new TextEncoder().encode(text));
    return found === expected[i] ? [] : [{ text: text.slice(0, 60), found, expected: expected[i] }];
  });
}

describe('tokens are counted as the original counts them', () => {
  test('by tokenizers.json of every make that is accepted', async ({ skip }) => {
    if (missing !== undefined) return skip(missing);
    const expected = (await oracle.ask(TRAIN, { texts, folder: oracle.folder })) as Record<string, number[]>;
    expect(Object.keys(expected)).toHaveLength(9);
    for (const [name, counts] of Object.entries(expected)) expect(await differences(join(oracle.folder, `${name}.json`), counts), name).toEqual([]);
  }, 500_000);

  test('by tiktoken, given the same ranks', async ({ skip }) => {
    if (missing !== undefined) return skip(missing);
    const encoded = (ranks: readonly (string | readonly number[])[]): (string | null)[] => Array.from(ranks, (token) => (token === undefined ? null : Buffer.from(token as string).toString('base64')));
    const expected = (await oracle.ask(TIKTOKEN, { texts, ranks: { o200k_base: encoded(o200k), cl100k_base: encoded(cl100k) } })) as Record<string, number[]>;
    for (const [name, counts] of Object.entries(expected)) expect(await differences(name, counts), name).toEqual([]);
  }, 500_000);
});
