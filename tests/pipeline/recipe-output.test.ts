import { describe, expect, it } from 'vitest';
import { parseRecipe, recipeFingerprint, type Recipe } from '#src/pipeline/recipe.js';
import { stageCatalog } from '#src/stages/catalog.js';

const parse = (to: string): Recipe => parseRecipe(`name: example\nsources: { books: { read: { format: text, paths: a } } }\noutput: { to: ${JSON.stringify(to)} }\n`, { file: 'r.yaml', catalog: stageCatalog });

describe('output.to', () => {
  it.each(['s3://lake', 's3://lake/corpora/a b+c', 'http://127.0.0.1:8080/dav', 'https://me:secret@host.example/x/'])('may be %s', (to) => {
    expect(parse(to).output.to).toBe(to);
  });

  it.each([
    ['output/here', 'found no address, expected s3://BUCKET/PREFIX or http(s)://HOST/PATH (a local folder is given by --output)'], ['ftp://host/x', 'found no address'], ['s3://lake/*', 'found a wildcard'],
    ['s3://', 'found no bucket'], ['s3://lake/../x', 'found a part that is ".."'], ['https://host/x?sig=1', 'found a query'], ['http://', 'found something that is no address'], ['s3://ID:hush@lake', 'found credentials in the address'], ['https://me:hush@host/*', 'found a wildcard'],
  ])('is refused as %s, at its place', (to, found) => {
    let message = '';
    expect(() => {
      try {
        parse(to);
      } catch (error) {
        message = String(error);
        throw error;
      }
    }).toThrow(found);
    expect(message).toMatch(/r\.yaml:3:11: output\.to: /);
    expect(message).not.toContain('hush');
  });

  it('changes no fingerprint: the corpus is the same wherever it is published', () => {
    const plain = parseRecipe('name: example\nsources: { books: { read: { format: text, paths: a } } }\n', { file: 'r.yaml', catalog: stageCatalog });
    expect(recipeFingerprint(parse('s3://lake/x'))).toBe(recipeFingerprint(plain));
  });
});
