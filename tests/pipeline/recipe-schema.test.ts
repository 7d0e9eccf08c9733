import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recipeJsonSchema } from '#src/pipeline/recipe-schema.js';
import { stageCatalog } from '#src/stages/catalog.js';

type Schema = { readonly [key: string]: unknown };
const generated = recipeJsonSchema(stageCatalog);

function at(path: string): Schema {
  return path.split('/').reduce<Schema>((node, key) => {
    expect(Object.keys(node), `${path}: ${key}`).toContain(key);
    return node[key] as Schema; // the key was looked for above, and only objects are walked through
  }, generated);
}

test('pipelines/recipe.schema.json is what the code says; `sluice stages --schema > pipelines/recipe.schema.json` updates it', () => {
  const tracked: unknown = JSON.parse(readFileSync(new URL('../../pipelines/recipe.schema.json', import.meta.url), 'utf8'));
  expect(tracked).toEqual(JSON.parse(JSON.stringify(generated)));
});

test('editors complete every key, and mark those that do not exist', () => {
  expect(Object.keys(at('properties'))).toEqual(['name', 'seed', 'samples', 'sources', 'models', 'dedup', 'decontaminate', 'mixture', 'tune', 'output']);
  expect(generated['additionalProperties']).toBe(false);
  expect(generated['required']).toEqual(['name', 'sources']);
  expect(at('properties/mixture/properties/shortfall')).toMatchObject({ enum: ['error', 'cap', 'renormalise'], default: 'error' });
  expect(at('properties/sources/additionalProperties/properties/read')['oneOf']).toHaveLength(9);
});

test('a stage is completed as its bare name where it has defaults, and as a name with its options', () => {
  const [bare, ...keyed] = at('properties/sources/additionalProperties/properties/stages/items')['anyOf'] as Schema[]; // a union becomes anyOf
  expect(bare!['enum']).toContain('gopher-quality');
  expect(bare!['enum']).not.toContain('quality'); // its model must be named
  expect(keyed.map((schema) => (schema['required'] as string[])[0])).toEqual(stageCatalog.map(({ name }) => name));
  for (const schema of keyed) expect(schema['additionalProperties']).toBe(false);
});

test('every key has a description', () => {
  const missing: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const { properties } = node as { properties?: Record<string, Schema> };
    for (const [key, schema] of Object.entries(properties ?? {})) if (typeof schema['description'] !== 'string') missing.push(`${path}.${key}`);
    for (const [key, child] of Object.entries(node)) walk(child, `${path}/${key}`);
  };
  walk(generated, '');
  expect(missing).toEqual([]);
});
