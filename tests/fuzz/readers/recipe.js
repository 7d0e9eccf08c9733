import { readFileSync } from 'node:fs';
import { stageCatalog } from '#src/stages/catalog.js';
import { parseRecipe } from '#src/pipeline/recipe.js';
import { fail, valueOrMessage } from '../source-check.js';

/** Recipes: every refusal has lines with places. */
export const recipe = {
  seeds: () => ['quickstart', 'dclm', 'pile'].map((name) => Buffer.from(readFileSync(new URL(`../../../pipelines/${name}.yaml`, import.meta.url), 'utf8').replace(/ *#.*$/gm, '').slice(0, 3000))),
  tokens: [
    'sources:', 'read:', 'format:', ' jsonl', ' wet', ' parquet', 'paths:', '  ', '\t', '\n', '- ', ': ', '{', '}', '[', ']', '&a ', '*a', '<<: *a', '!!binary ', '!!js/function ', '? ', '|\n', '>-\n', '---\n', '...\n', '%YAML 1.2\n',
    '"', "'", '#', '__proto__', 'constructor', '.nan', '.inf', '0x7fffffff', '1e400', '~', 'null', '64MB', '-1', '\ufeff', '\0', '\u0085', '\u2028', 'maxRatio: 1', 'seed: 1', 'name: x', 'weights: {}', 'limit: 0',
  ],
  async check(bytes) {
    const { value, message } = valueOrMessage(() => parseRecipe(bytes.toString('utf8'), { file: 'input.yaml', catalog: stageCatalog }));
    if (message !== undefined && !/^input\.yaml/.test(message)) fail(`refused without a place: ${message.slice(0, 300)}`);
    return value !== undefined;
  },
};
