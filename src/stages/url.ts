/**
 * Drops documents by their URL: domains and URLs on a block list, and words in the URL, after RefinedWeb (Penedo et al. 2023, appendix G) and datatrove's
 * URLFilter, whose tests and order these are. Unlike there: words are compared without regard to case, listed URLs in one normal form, a document
 * without a URL passes, and the lists are the user's. Reads no text.
 */
import { z } from 'zod';
import { columnOf, utf8Bytes } from '../core/document-batch.js';
import type { Filter } from '../core/stage.js';
import { AhoCorasick } from './aho-corasick.js';
import { defineStage, type StageContext } from './definition.js';
import { DOMAIN, LISTED_URL, URL_SUBWORD, URL_WORD } from './url-lists.js';
import { UrlParts } from './url-parts.js';
import { UrlWords } from './url-words.js';
import { WordListSet } from './word-list-set.js';
import { readWordList, type EntryKind } from './word-list.js';

const LISTS = ['domains', 'urls', 'bannedWords', 'softBannedWords', 'bannedSubwords'] as const;

const list = (what: string) => z.string().min(1).nullable().default(null).describe(`Path of a text file, one a line, # begins a comment: ${what}`);

const options = z.strictObject({
  domains: list('domains; their subdomains are meant too (UT1\'s `domains` files can be used as they are)'),
  urls: list('URLs, with or without scheme (UT1\'s `urls` files can be used as they are)'),
  bannedWords: list('words, one of which in the URL is enough'),
  softBannedWords: list('words, softLimit different ones of which in the URL are enough'),
  bannedSubwords: list('words that count inside longer ones too, and across the signs between them'),
  softLimit: z.number().int().min(1).default(2).describe('How many different words of softBannedWords are too many'),
}).refine((given) => LISTS.some((name) => given[name] !== null), { message: `expected at least one of ${LISTS.join(', ')}` });
type Options = z.infer<typeof options>;

const REASONS = ['url-domain', 'url-listed', 'url-banned-word', 'url-soft-banned-words', 'url-banned-subword'] as const;
type Reason = (typeof REASONS)[number];

/** The longest name that DNS has; of a longer host, only so much of its end is looked up, so that a host of dots alone costs no quadratic time. */
const MAX_HOST_BYTES = 253;

export const url = defineStage<Options>({
  name: 'url',
  summary: 'Drops documents by lists of domains, URLs and words in the URL that you give.',
  options,
  files: (given) => LISTS.flatMap((name) => given[name] ?? []),
  build(given, context): readonly Filter[] {
    const rules = new UrlRules(given, context);
    return [{
      kind: 'filter',
      name: 'url',
      reads: ['url'],
      reasons: REASONS,
      judge(batch, rows, verdicts): void {
        const urls = columnOf(batch, 'url', 'utf8');
        for (const row of rows) {
          const reason = rules.firstFailure(utf8Bytes(urls, row));
          verdicts[row] = reason === undefined ? 0 : 1 + REASONS.indexOf(reason);
        }
      },
    }];
  },
});

/** Memory: the sets (word-list-set.ts), the automaton (aho-corasick.ts), and some times the longest URL. */
class UrlRules {
  readonly #domains: WordListSet | undefined;
  readonly #urls: WordListSet | undefined;
  readonly #banned: WordListSet | undefined;
  readonly #soft: WordListSet | undefined;
  readonly #subwords: AhoCorasick | undefined;
  readonly #softLimit: number;
  readonly #parts = new UrlParts();
  readonly #words = new UrlWords();

  constructor(given: Options, context: StageContext) {
    const entries = (path: string | null, kind: EntryKind): readonly string[] | undefined => (path === null ? undefined : readWordList(context, path, kind));
    const setOf = (path: string | null, kind: EntryKind): WordListSet | undefined => {
      const found = entries(path, kind);
      return found && new WordListSet(found);
    };
    this.#domains = setOf(given.domains, DOMAIN);
    this.#urls = setOf(given.urls, LISTED_URL);
    this.#banned = setOf(given.bannedWords, URL_WORD);
    this.#soft = setOf(given.softBannedWords, URL_WORD);
    const subwords = entries(given.bannedSubwords, URL_SUBWORD);
    this.#subwords = subwords && new AhoCorasick(subwords.map((word) => new TextEncoder().encode(word)), given.bannedSubwords!); // a list was read, so it was named
    this.#softLimit = given.softLimit;
  }

  firstFailure(address: Uint8Array): Reason | undefined {
    if (address.length === 0) return undefined;
    if (this.#domains !== undefined || this.#urls !== undefined) this.#parts.read(address);
    if (this.#domains !== undefined && this.#isBlocked(this.#domains)) return 'url-domain';
    if (this.#urls?.has(this.#parts.bytes, this.#parts.afterWww, this.#parts.end)) return 'url-listed';
    if (this.#banned !== undefined || this.#soft !== undefined || this.#subwords !== undefined) this.#words.read(address);
    if (this.#banned !== undefined && this.#distinctWords(this.#banned, 1) === 1) return 'url-banned-word';
    if (this.#soft !== undefined && this.#distinctWords(this.#soft, this.#softLimit) === this.#softLimit) return 'url-soft-banned-words';
    if (this.#subwords !== undefined && this.#subwords.find(this.#words.bytes, 0, this.#words.end) >= 0) return 'url-banned-subword';
    return undefined;
  }

  /** Whether the host or one of the domains above it is listed. */
  #isBlocked(domains: WordListSet): boolean {
    const { bytes, hostEnd, isAddress } = this.#parts;
    if (hostEnd <= MAX_HOST_BYTES && domains.has(bytes, 0, hostEnd)) return true;
    if (isAddress) return false;
    for (let i = Math.max(0, hostEnd - MAX_HOST_BYTES - 1); i < hostEnd; i++) {
      if (bytes[i] === 0x2e && domains.has(bytes, i + 1, hostEnd)) return true;
    }
    return false;
  }

  /** How many different words of the list are in the URL, counted up to `enough`. */
  #distinctWords(words: WordListSet, enough: number): number {
    const seen = new Set<number>();
    for (let i = 0; i < this.#words.starts.length && seen.size < enough; i++) {
      const entry = words.indexOf(this.#words.bytes, this.#words.starts[i]!, this.#words.endOf(i));
      if (entry >= 0) seen.add(entry);
    }
    return seen.size;
  }
}
