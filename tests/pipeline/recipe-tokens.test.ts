import { describe, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { parse } from './recipe-fixture.js';

const recipeOf = (tokens: string, unit = 'tokens'): string => `\
name: counted
sources:
  books: { read: { format: text, paths: books/*.txt } }
mixture: { unit: ${unit}, budget: max, weights: { books: 1 }, tokens: ${tokens} }
`;

function refused(tokens: string, unit?: string): string {
  try {
    parse(recipeOf(tokens, unit));
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message.replace(/^[^ ]+ /, '');
  }
  throw new Error(`accepted ${tokens}`);
}

describe('the tokens of a mixture', () => {
  test('are estimated where no tokenizer is named', () => {
    expect(parse(recipeOf('{ tokenizer: o200k_base }').replace(/, tokens: .*}/, ' }')).mixture!.tokens).toBeUndefined();
  });

  test('are counted in 10,000 documents of a source unless told, by a package\'s tokenizer or a file', () => {
    expect(parse(recipeOf('{ tokenizer: o200k_base }')).mixture!.tokens).toEqual({ tokenizer: 'o200k_base', sample: 10_000 });
    expect(parse(recipeOf('{ tokenizer: models/tokenizer.json, sample: exact }')).mixture!.tokens).toEqual({ tokenizer: 'models/tokenizer.json', sample: 'exact' });
    expect(parse(recipeOf('{ tokenizer: cl100k_base, sample: 20k }')).mixture!.tokens).toEqual({ tokenizer: 'cl100k_base', sample: 20_000 });
  });

  test.each([
    ['{ tokenizer: gpt2 }', 'mixture.tokens.tokenizer: found "gpt2", expected o200k_base, cl100k_base or the path of a tokenizer.json'],
    ['{ tokenizer: 5 }', 'mixture.tokens.tokenizer: found 5, expected o200k_base, cl100k_base or the path of a tokenizer.json'],
    ['{ tokenizer: o200k_base, sample: 99 }', 'mixture.tokens.sample: found 99, expected exact or a number of documents such as 10k, at least 100'],
    ['{ tokenizer: o200k_base, sample: all }', 'mixture.tokens.sample: found "all", expected exact or a number of documents such as 10k, at least 100'],
    ['{ sample: exact }', 'mixture.tokens.tokenizer: found nothing, expected o200k_base, cl100k_base or the path of a tokenizer.json'],
  ])('%s is refused', (tokens, message) => {
    expect(refused(tokens)).toBe(message);
  });

  test.each(['bytes', 'words', 'documents'])('need no tokenizer where the mixture is planned in %s', (unit) => {
    expect(refused('{ tokenizer: o200k_base }', unit)).toBe(`mixture.tokens: found a tokenizer, but the mixture is planned in ${unit}: expected unit: tokens, or no tokenizer`);
  });
});
