/** `--stages`: a user's own stages, through the real program, with the example that ships. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailPages } from './support/corpus.js';
import { corpusOf, decisionsOf, droppedOf, ledgerOf, resultOf } from './support/output.js';
import { writeRecipe } from './support/recipe.js';
import { runWhole, sluice, temporaryFolder } from './support/sluice.js';

const EXAMPLE = resolve('pipelines/stages/shouting.ts');
const { path: folder, remove } = temporaryFolder();
afterAll(remove);

const recipe = (name: string, ...stages: unknown[]): string => writeRecipe(folder, name, {
  name, seed: 3, sources: { pages: { read: { format: 'jsonl', paths: ['pages/*.jsonl'] }, stages } }, output: { format: 'jsonl' },
});
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

beforeAll(() => {
  mkdirSync(join(folder, 'pages'));
  const pages = mailPages(130).slice(0, 120);
  pages.forEach(({ uri, text }, i) => { pages[i] = { uri, text: i % 10 === 0 ? text.toUpperCase() : text }; });
  for (let shard = 0; shard < 4; shard++) {
    const mine = pages.filter((_, i) => i % 4 === shard);
    write(`pages/${shard}.jsonl`, mine.map(({ uri, text }) => `${JSON.stringify({ id: uri, text })}\n`).join(''));
  }
  copyFileSync(EXAMPLE, join(folder, 'shouting.ts'));
});

describe('a stage of one\'s own', () => {
  it('drops with its own reason, by its own options, and gives the same bytes at one worker and two', async () => {
    const file = recipe('shout', { shouting: { maxCapitals: 0.6 } });
    await runWhole(folder, file, 'one', '--stages', 'shouting.ts');
    await runWhole(folder, file, 'two', '--stages', './shouting.ts', '--workers', '2');
    expect(resultOf(join(folder, 'two'))).toEqual(resultOf(join(folder, 'one')));
    const dropped = droppedOf(ledgerOf(join(folder, 'one')))['pages/shouting/mostly-capitals']!;
    expect(dropped).toBeGreaterThanOrEqual(12);
    const decisions = await decisionsOf(join(folder, 'one'));
    expect(corpusOf(join(folder, 'one'))).toHaveLength(decisions.length - dropped);
    expect(decisions.filter(({ stage, reason }) => stage === 'shouting' && reason === 'mostly-capitals')).toHaveLength(dropped);
  });

  it('is not there unless its file is named: a recipe runs no code', async () => {
    const { code, stderr } = await sluice(folder, 'run', recipe('shout', 'shouting'), '--output', 'none');
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/shout\.yaml:\d+:\d+: sources\.pages\.stages\[0\]: found "shouting", expected one of .*gopher-quality/);
  });

  it('may be a plain object in .js, may stand beside others, and is known to plan and stages', async () => {
    const file = write('odd.js', `export default {
      name: 'odd', summary: 'Drops documents of an odd number of bytes.',
      build: () => [{ kind: 'filter', name: 'odd', reads: [], reasons: ['odd'], judge(batch, rows, verdicts) {
        for (const row of rows) verdicts[row] = (batch.offsets[row + 1] - batch.offsets[row]) % 2;
      } }],
    };`);
    const both = recipe('both', 'odd', 'shouting');
    const named = ['--stages', file, '--stages', 'shouting.ts'];
    await runWhole(folder, both, 'both', ...named);
    expect(corpusOf(join(folder, 'both')).filter(({ text }) => Buffer.byteLength(text) % 2 === 1)).toEqual([]);
    expect((await sluice(folder, 'plan', both, ...named)).code).toBe(0);
    expect((await sluice(folder, 'stages', 'odd', ...named)).stdout).toContain('Drops documents of an odd number of bytes.');
    expect((await sluice(folder, 'stages', '--schema', ...named)).stdout).toContain('"maxCapitals"');
  });

  it('can annotate and modify, with columns, keys and strings from the kit', async () => {
    const file = write('several.mjs', `export default ({ defineStage, z, columnOf, documentText, documentKeys, hashKey, keyedUniform }) => [
      defineStage({ name: 'draw', summary: 'Draws a number.', options: z.strictObject({}), build: (options, { seed, source }) => [{
        kind: 'annotator', name: 'draw', reads: ['id'], writes: [{ name: 'draw', kind: 'float32' }],
        annotate(batch, rows) {
          const keys = documentKeys(source, batch).values;
          const values = new Float32Array(batch.length);
          for (const row of rows) values[row] = keyedUniform(hashKey(seed, 'draw'), keys[2 * row], keys[2 * row + 1]);
          return new Map([['draw', { kind: 'float32', values }]]);
        },
      }] }),
      defineStage({ name: 'stars', summary: 'Puts stars around half of the texts.', options: z.strictObject({ below: z.number() }), build: ({ below }) => [{
        kind: 'modifier', name: 'stars', reads: ['draw'], reasons: [],
        modify(batch, rows, verdicts, edits) {
          const { values } = columnOf(batch, 'draw', 'float32');
          for (const row of rows) {
            if (values[row] >= below) continue;
            edits.begin(row);
            edits.put(new TextEncoder().encode('*' + documentText(batch, row).trim() + '*'));
            edits.end();
          }
        },
      }] }),
    ];`);
    await runWhole(folder, recipe('several', 'draw', { stars: { below: 0.5 } }), 'several', '--stages', file);
    const texts = corpusOf(join(folder, 'several')).map(({ text }) => text);
    const starred = texts.filter((text) => text.startsWith('*') && text.endsWith('*')).length;
    expect(texts).toHaveLength(120);
    expect(starred).toBeGreaterThan(35);
    expect(starred).toBeLessThan(85);
    const decisions = await decisionsOf(join(folder, 'several'));
    expect(decisions.filter(({ draw }) => (draw as number) < 0.5)).toHaveLength(starred);
  });

  it('is run again when its file has changed, and not when it has not', async () => {
    const file = recipe('again', 'shouting');
    const changed = (limit: string): void => writeFileSync(join(folder, 'again.ts'), readFileSync(EXAMPLE, 'utf8').replace('default(0.5)', `default(${limit})`));
    const curated = (): number[] => ledgerOf(join(folder, 'again')).sources.map(({ stages }) => stages.find(({ stage }) => stage === 'shouting')!.out.documents);
    const completionOf = (phase: string): bigint => statSync(join(folder, 'again', 'work', phase), { bigint: true }).mtimeNs;
    changed('0.5');
    await runWhole(folder, file, 'again', '--stages', 'again.ts');
    const before = { kept: curated(), at: completionOf('curate') };
    await runWhole(folder, file, 'again', '--stages', 'again.ts');
    expect(completionOf('curate')).toBe(before.at);
    changed('0.05');
    await runWhole(folder, file, 'again', '--stages', 'again.ts');
    expect(completionOf('curate')).not.toBe(before.at);
    expect(curated()[0]!).toBeLessThan(before.kept[0]!);
  });

  it('is not loaded to look at a run: status and why need no file', async () => {
    const file = write('gone.mjs', 'export default { name: "gone", summary: "Keeps all.", build: () => [] };');
    await runWhole(folder, recipe('gone', 'gone'), 'gone', '--stages', file);
    rmSync(join(folder, file));
    const status = await sluice(folder, 'status', 'gone');
    expect([status.code, status.stderr]).toEqual([0, '']);
    const [first] = corpusOf(join(folder, 'gone'));
    expect((await sluice(folder, 'why', 'gone', first!.id)).stdout).toContain('kept');
  });

  const object = (rest: string): string => `export default { name: 'mine', summary: 'Mine.', ${rest} };`;
  it.each<readonly [string, string, string | RegExp]>([
    ['a.js', 'export default { name: "language", summary: "Mine.", build: () => [] };', 'a.js: found a stage named "language", expected another name: a stage of that name is there already'],
    ['b.js', 'export const stage = 1;', 'b.js: found no default export, expected a function that is handed the kit, or a stage'],
    ['c.js', 'export default 42;', 'c.js: default export: found 42, expected a stage: { name, summary, options, build }'],
    ['d.js', 'export default async () => [];', 'd.js: default export: found a promise, expected a stage: { name, summary, options, build }'],
    ['e.js', 'export default () => [];', 'e.js: default export: found no stage, expected at least one'],
    ['f.js', 'export default () => { throw new TypeError("oh no"); };', 'f.js: default export: threw TypeError: oh no, expected it to return stages'],
    ['g.js', 'const a = 1;\nnull.b;', /^g\.js: threw TypeError: Cannot read properties of null.*g\.js:2:6/],
    ['h.js', 'const a = 1;\nexport default ( => 1;', /^h\.js:2:18: /],
    ['i.ts', 'export default (a: ) => 1;', /^i\.ts:1:20: /],
    ['j.ts', 'const x = 1;\nenum Kind { a }\nexport default x;', 'j.ts:2:1: TypeScript enum is not supported in strip-only mode'],
    ['k.ts', "import { z } from 'zod';\nexport default z;", /^k\.ts: found an import of "zod", expected none but of node: modules/],
    ['l.ts', "import './other.js';\nexport default 1;", /^l\.ts: found an import of "\.\/other\.js", expected none but of node: modules/],
    ['m.py', 'print()', /^m\.py: found \.py, expected a file of stages: one of \.ts/],
    ['n.js', object('options: 1, build: () => []'), "n.js: stage mine: options: found 1, expected a schema made with the kit's z"],
    ['o.js', object('build: []'), 'o.js: stage mine: build: found a list, expected a function (options, context) that returns stages'],
    ['p.js', 'export default { name: "My Stage", summary: "Mine.", build: () => [] };', 'p.js: name: found "My Stage", expected lower-case letters, digits and -, beginning with a letter'],
    ['q.js', 'const one = { name: "same", summary: "Same.", build: () => [] };\nexport default () => [one, one];', 'q.js: found two stages named "same", expected each name once'],
  ])('is refused before anything is read: %s with %j', async (name, source, message) => {
    const { code, stdout, stderr } = await sluice(folder, 'run', recipe('refused', 'shouting'), '--output', 'refused', '--stages', write(name, source));
    expect([code, stdout], stderr).toEqual([2, '']);
    if (typeof message === 'string') expect(stderr).toBe(`${message}\n`);
    else expect(stderr).toMatch(message);
  });

  it('that is missing is refused with its path', async () => {
    const { code, stderr } = await sluice(folder, 'stages', '--stages', 'nowhere.ts');
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/^nowhere\.ts: cannot be read: ENOENT/);
  });

  it.each([
    ['a verdict without a reason', "kind: 'filter', reads: [], reasons: ['bad'], judge(batch, rows, verdicts) { verdicts[rows[0]] = 2; }",
      /wrong\.js: stage wrong: judge: found verdict 2, expected 0 to 1/],
    ['a list that is no stage', "kind: 'sink', reads: []", /wrong\.js: stage wrong: build: stage 1\.kind: found "sink", expected annotator, filter or modifier/],
    ['a column of the wrong length', "kind: 'annotator', reads: [], writes: [{ name: 'a', kind: 'uint32' }], annotate: () => new Map([['a', { kind: 'uint32', values: new Uint32Array(1) }]])",
      /wrong\.js: stage wrong: annotate: column a: found a length of 1, expected \d+/],
    ['a bug', "kind: 'filter', reads: [], reasons: ['bad'],\njudge() { undefined.x; }", /Cannot read properties of undefined.*\n.*wrong\.js:2:/],
  ])('that does wrong fails its shards and says where: %s', async (_, stage, message) => {
    const file = write('wrong.js', `export default { name: 'wrong', summary: 'Wrong.', build: () => [{ name: 'wrong', ${stage} }] };`);
    const { code, stderr } = await sluice(folder, 'run', recipe('wrong', 'wrong'), '--output', 'wrong', '--stages', file, '--workers', '1');
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('is checked by TypeScript against the types of the package', async () => {
    const options = '--noEmit --ignoreConfig --strict --module nodenext --target es2023 --types node --skipLibCheck --verbatimModuleSyntax --noUncheckedIndexedAccess --exactOptionalPropertyTypes';
    const check = async (file: string): Promise<string> => promisify(execFile)('node_modules/.bin/tsc', [...options.split(' '), file]).then(() => '', ({ stdout }: { stdout: string }) => stdout);
    expect(await check(EXAMPLE)).toBe('');
    const wrong = resolve('pipelines', 'stages', `wrong-${process.pid}.ts`); // where the package's own name can be resolved
    try {
      writeFileSync(wrong, readFileSync(EXAMPLE, 'utf8').replace("kind: 'filter'", "kind: 'sink'"));
      expect(await check(wrong)).toContain('"sink"');
    } finally {
      rmSync(wrong);
    }
  });
});
