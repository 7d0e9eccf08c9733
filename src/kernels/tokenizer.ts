/**
 * Tokenizers: what the tokens of a text are counted with, where a recipe names one. Two are packages' (`gpt-tokenizer`), any other is a tokenizer.json of the
 * user's (`@huggingface/tokenizers`). All count text alone: no beginning or end of a sequence is added, and what looks like a special token is text.
 */

/** By the names that tiktoken gave them. */
export const PACKAGE_TOKENIZERS = ['o200k_base', 'cl100k_base'] as const;
export type PackageTokenizer = (typeof PACKAGE_TOKENIZERS)[number];

export const isPackageTokenizer = (name: string): name is PackageTokenizer => (PACKAGE_TOKENIZERS as readonly string[]).includes(name);

export interface Tokenizer {
  /** The package's name, or the file's path. */
  readonly name: string;
  /** Tokens of one document, valid UTF-8. Memory does not grow with it. */
  count(text: Uint8Array): number;
}

/** What a tokenizer forgets of earlier text after so many bytes: its memory of words holds on to the pieces that they stood in. */
export const REMEMBERED_BYTES = 4 << 20;

/** 60 MB were measured when it was opened, 120 MB in use. */
const PACKAGE_BYTES = 130_000_000;
/** A file of 9.7 MB, with o200k_base's 200,000 tokens, took 210 MB when it was opened, 250 MB in use. */
const TIMES_FILE_BYTES = 26;

/** Bytes that a worker takes with the tokenizer, roughly; `fileBytes` of the user's file. */
export const tokenizerBytes = (name: string, fileBytes: number): number => (isPackageTokenizer(name) ? PACKAGE_BYTES : TIMES_FILE_BYTES * fileBytes);

let opened: { readonly name: string; readonly identity: string; readonly tokenizer: Tokenizer } | undefined;

/**
 * Opens a package's tokenizer, or the user's file; the file last opened is kept as long as its identity is the same. Throws ConfigError for a file that is none,
 * or that the package does not follow.
 */
export async function openTokenizer(name: string, identity = ''): Promise<Tokenizer> {
  if (isPackageTokenizer(name)) return (await import('./tokenizer-gpt.js')).openGptTokenizer(name);
  if (opened?.name === name && opened.identity === identity) return opened.tokenizer;
  const tokenizer = (await import('./tokenizer-json.js')).openJsonTokenizer(name);
  opened = { name, identity, tokenizer };
  return tokenizer;
}
