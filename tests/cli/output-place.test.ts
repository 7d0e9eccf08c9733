import { describe, expect, it } from 'vitest';
import { localFolder, outputPlace } from '#src/cli/output-place.js';
import { parseRecipe } from '#src/pipeline/recipe.js';
import { stageCatalog } from '#src/stages/catalog.js';
import { fullAddress } from '#src/storage/network.js';

const recipe = (to?: string): ReturnType<typeof parseRecipe> =>
  parseRecipe(`name: mine\nsources: { a: { read: { format: text, paths: a } } }\n${to === undefined ? '' : `output: { to: "${to}" }\n`}`, { file: 'r.yaml', catalog: stageCatalog });

describe('the place of a run', () => {
  it.each([
    [undefined, undefined, { directory: 'output/mine' }],
    [undefined, 'here', { directory: 'here' }],
    [undefined, 'path:s3:/odd', { directory: 's3:/odd' }],
    [undefined, 's3://lake/x/', { directory: 'output/mine', publishTo: 's3://lake/x' }],
    ['s3://lake/y', undefined, { directory: 'output/mine', publishTo: 's3://lake/y' }],
    ['s3://lake/y', 'here', { directory: 'here', publishTo: 's3://lake/y' }],
    ['s3://lake/y', 'HTTPS://host.example/z', { directory: 'output/mine', publishTo: 'HTTPS://host.example/z' }],
  ])('with output.to %s and --output %s is %j', (to, output, place) => {
    expect(outputPlace(recipe(to), output)).toEqual(place);
  });

  it('is known without the credentials of its address, which are kept in memory', () => {
    const { publishTo } = outputPlace(recipe(), 'https://me:hush@host.example/x/');
    expect(publishTo).toBe('https://host.example/x');
    expect(fullAddress(publishTo!)).toBe('https://me:hush@host.example/x/');
  });

  it('is a folder alone for commands that publish nothing', () => {
    expect(localFolder('here')).toBe('here');
    expect(() => localFolder('https://me:hush@host.example/x')).toThrow(/^--output: found https:\/\/host\.example\/x, expected a local folder$/);
  });
});
