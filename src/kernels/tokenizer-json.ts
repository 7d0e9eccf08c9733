/**
 * The user's tokenizer.json, by the package `@huggingface/tokenizers`. Which parts of such a file the package follows as the original does is the list below
 * (tests/kernels/tokenizer-oracle.long.ts compares both); anything else is refused before a document is read. Special tokens and what is put around a
 * sequence are left out. Counts are those of the original, with known exceptions: ByteLevel and BertPreTokenizer take JavaScript's white space for Unicode's (U+0085
 * and U+FEFF differ), BertNormalizer does not tell ideographs beyond U+FFFF apart, and texts longer than PIECE_BYTES and runs longer than MOST_RUN are counted in
 * pieces, where a token or two more may come of every cut. The file's regular expressions are Node's, without a limit of time: take it from where you would take code.
 */
import { Tokenizer as JsonTokenizer } from '@huggingface/tokenizers';
import { ConfigError } from '../core/errors.js';
import { readTokenizerFile } from '../formats/tokenizer-file.js';
import { REMEMBERED_BYTES, type Tokenizer } from './tokenizer.js';
import { partsOf, textPieces } from './tokenizer-pieces.js';

export interface OpenJsonTokenizer extends Tokenizer {
  /** Of the file, in hexadecimal. */
  readonly sha256: string;
}

/** Reads and checks the file; throws ConfigError, naming it and the part that is not followed. Memory: some times the file's size. */
export function openJsonTokenizer(path: string): OpenJsonTokenizer {
  const { value, sha256 } = readTokenizerFile(path);
  const { tokenizer, prepends } = buildTokenizer(value, path);
  let remembered = 0;
  return {
    name: path, sha256,
    count(text) {
      let tokens = 0;
      let isFirst = true;
      for (const piece of textPieces(text)) {
        for (const part of partsOf(piece)) {
          const goesOn = prepends && !isFirst && part.startsWith(' '); // what is put before a text stands for that space
          tokens += tokenizer.tokenize(goesOn ? part.slice(1) : part).length;
          isFirst = false;
        }
        remembered += piece.text.length;
        if (remembered < REMEMBERED_BYTES) continue;
        tokenizer.model.clear_cache?.();
        remembered = 0;
      }
      return tokens;
    },
  };
}

/** What is used of the package's class, whose own declarations do not resolve in modules of Node. */
interface FollowedTokenizer {
  tokenize(text: string): readonly string[];
  /** The model for BPE remembers words. */
  readonly model: { clear_cache?(): void };
}

type Json = Readonly<Record<string, unknown>>;

const MODELS = ['BPE', 'WordPiece', 'Unigram'];
const NORMALIZERS = ['Sequence', 'NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase', 'StripAccents', 'Strip', 'Replace', 'Prepend', 'BertNormalizer'];
const PRE_TOKENIZERS = ['Sequence', 'ByteLevel', 'Metaspace', 'Split', 'Digits', 'BertPreTokenizer', 'WhitespaceSplit', 'Whitespace', 'Punctuation'];

/** Sequences in sequences. */
const MOST_DEPTH = 16;

function buildTokenizer(value: unknown, path: string): { readonly tokenizer: FollowedTokenizer; readonly prepends: boolean } {
  const refuse = (part: string, found: unknown, expected: string): never => {
    throw new ConfigError(`${path}: ${part}: found ${foundText(found)}, expected ${expected}`);
  };
  const one = (part: string, found: unknown, known: readonly string[]): Json => {
    if (!isObject(found) || typeof found['type'] !== 'string' || !known.includes(found['type'])) refuse(part, isObject(found) ? found['type'] : found, `one of ${known.join(', ')}: another is not counted with exactly`);
    return found as Json; // refused otherwise
  };
  if (!isObject(value)) return refuse('tokenizer.json', value, 'an object');
  const model = one('model.type', value['model'], MODELS);
  if (model['dropout'] !== null && model['dropout'] !== undefined && model['dropout'] !== 0) refuse('model.dropout', model['dropout'], 'none: merges are left out by chance with it');
  if (model['type'] === 'BPE' && (model['continuing_subword_prefix'] ?? '') !== '') refuse('model.continuing_subword_prefix', model['continuing_subword_prefix'], 'none');
  const normalizers = flat('normalizer', value['normalizer'], 'normalizers', (part, found) => one(part, found, NORMALIZERS));
  const preTokenizers = flat('pre_tokenizer', value['pre_tokenizer'], 'pretokenizers', (part, found) => one(part, found, PRE_TOKENIZERS));
  for (const { type, behavior = 'Isolated' } of preTokenizers) {
    if ((type === 'Split' || type === 'Punctuation') && behavior !== 'Isolated' && behavior !== 'Removed') refuse(`pre_tokenizer: behavior of ${type}`, behavior, 'Isolated or Removed');
  }
  const added = Array.isArray(value['added_tokens']) ? (value['added_tokens'] as unknown[]).filter((token) => isObject(token) && token['special'] !== true) : [];
  try {
    const tokenizer: FollowedTokenizer = new JsonTokenizer({
      ...value, added_tokens: added, post_processor: null, decoder: null, normalizer: value['normalizer'] ?? null,
      pre_tokenizer: preTokenizers.length === 0 ? null : { type: 'Sequence', pretokenizers: preTokenizers.map(asFollowed) },
    }, {});
    tokenizer.tokenize('a probe, 1 of 2\n');
    return { tokenizer, prepends: normalizers.some(({ type }) => type === 'Prepend') };
  } catch (error) {
    throw new ConfigError(`${path}: is not followed as a tokenizer.json: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Only scalars in full: what is nested may be so without end. */
function foundText(found: unknown): string {
  if (found === undefined) return 'nothing';
  return typeof found === 'object' && found !== null ? (Array.isArray(found) ? 'a list' : 'an object') : JSON.stringify(found).slice(0, 100);
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The steps of a part, sequences taken apart. */
function flat(part: string, value: unknown, list: string, one: (part: string, found: unknown) => Json, depth = 0): readonly Json[] {
  if (value === null || value === undefined) return [];
  const step = one(`${part}.type`, depth > MOST_DEPTH ? `sequences of ${depth} levels` : value);
  const steps = step[list];
  return step['type'] === 'Sequence' ? (Array.isArray(steps) ? steps : []).flatMap((inner: unknown) => flat(part, inner, list, one, depth + 1)) : [step];
}

/**
 * The same step as the package follows it exactly: its Whitespace tells words of ASCII alone, its WhitespaceSplit takes JavaScript's white space for Unicode's
 * (U+0085 and U+FEFF differ), and its Punctuation leaves marks together. The originals are these expressions, whose classes are Unicode's.
 */
function asFollowed(step: Json): Json {
  switch (step['type']) {
    case 'Whitespace': return { type: 'Split', pattern: { Regex: String.raw`\w+|[^\w\s]+` }, behavior: 'Removed', invert: true };
    case 'WhitespaceSplit': return { type: 'Split', pattern: { Regex: String.raw`\S+` }, behavior: 'Removed', invert: true };
    case 'Punctuation': return { type: 'Split', pattern: { Regex: '[\\p{P}$+<=>^`|~]' }, behavior: step['behavior'] ?? 'Isolated', invert: false };
    default: return step;
  }
}
