import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PHASES } from '#src/pipeline/plan.js';
import { stageCatalog } from '#src/stages/catalog.js';
import { makeCorpus } from './support/corpus.js';
import { corpusOf, decisionsOf, filesOf, type Decision } from './support/output.js';
import { RECIPE, recipeCopy, writeRecipe } from './support/recipe.js';
import { mainPath, runWhole, sluice, start, startWith, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
let decisions: Decision[];

beforeAll(async () => {
  await makeCorpus(folder);
  writeFileSync(join(folder, 'wiki', 'third.jsonl'), '{"id": "no-text"}\n{"id": "text", "body": "Neither long nor short."}\n');
  await runWhole(folder, writeRecipe(folder, 'recipe', RECIPE), 'out');
  decisions = await decisionsOf(join(folder, 'out'));
});
afterAll(remove);

interface Why extends Decision {
  readonly text: string;
}

async function why(id: string, output = 'out'): Promise<Why> {
  const { code, stdout, stderr } = await sluice(folder, 'why', output, id, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Why; // one line: these ids name one document each
}

const find = (wanted: (decision: Decision) => boolean): Decision => decisions.find(wanted)!;
const isKept = (id: string | null): boolean => decisions.some((row) => row.id === id && row.stage !== 'dedup' && row.stage !== 'read');

describe('sluice why', () => {
  it.each(['web', 'wiki', 'books', 'code'])('shows the same text for a kept document of %s as the corpus has', async (source) => {
    const cut = new Set(decisions.filter((row) => row['cutParagraphs'] !== null).map(({ id }) => id)); // these are shown as they were read
    const document = corpusOf(join(folder, 'out')).find((candidate) => candidate.source === source && !cut.has(candidate.id))!;
    const { text, reason, copies } = await why(document.id);
    expect([text, reason]).toEqual([document.text, null]);
    expect(copies).toBe(corpusOf(join(folder, 'out')).filter(({ id }) => id === document.id).length);
  });

  it('names the stage and the reason of a filtered document, and shows its text', async () => {
    const filtered = find(({ stage }) => stage === 'gopher-quality');
    const { code, stdout } = await sluice(folder, 'why', 'out', filtered.id);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`verdict +dropped by gopher-quality: ${filtered.reason}\\n`));
    const { text } = await why(filtered.id);
    expect(Buffer.byteLength(text)).toBe(filtered.bytes);
    expect(stdout).toContain(text);
  });

  it('names the kept document of an exact duplicate, whose text is the same but for case and spacing', async () => {
    const duplicate = find(({ method, source }) => method === 'exact' && source === 'web');
    expect([duplicate.reason, isKept(duplicate.keptId)]).toEqual(['exact-duplicate', true]);
    const normal = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim();
    expect(normal((await why(duplicate.id)).text)).toBe(normal((await why(duplicate.keptId!)).text));
  });

  it('names the kept document of a near duplicate, and how alike they are', async () => {
    const duplicate = find(({ method }) => method === 'minhash');
    expect([duplicate.reason, isKept(duplicate.keptId)]).toEqual(['near-duplicate', true]);
    expect(duplicate.jaccard).toBeGreaterThanOrEqual(0.8);
    const [text, kept] = [(await why(duplicate.id)).text, (await why(duplicate.keptId!)).text];
    expect(text).not.toBe(kept);
    const { stdout } = await sluice(folder, 'why', 'out', duplicate.id);
    expect(stdout).toContain(`${duplicate.keptId} instead: Jaccard ${duplicate.jaccard!.toFixed(3)} (estimated)`);
  });

  it('says where a lost record was, and that it has no text', async () => {
    const lost = find(({ stage }) => stage === 'read');
    expect(lost.id).toBe('wiki/third.jsonl@0');
    const { code, stdout } = await sluice(folder, 'why', 'out', lost.id);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/verdict +dropped by read: no-text\n/)]);
    expect(stdout).toContain('(the record could not be read, so it has no text: ');
  });

  it('tells all documents of an id that is there twice', async () => {
    writeFileSync(join(folder, 'twice.jsonl'), '{"id": "same", "text": "the first of them"}\n{"id": "same", "text": "and the second"}\n');
    await runWhole(folder, writeRecipe(folder, 'twice', { name: 'twice', sources: { a: { read: { format: 'jsonl', paths: ['twice.jsonl'] } } } }), 'twice');
    const { stdout } = await sluice(folder, 'why', 'twice', 'same', '--json');
    expect(stdout.trim().split('\n').map((line) => (JSON.parse(line) as Why).text)).toEqual(['the first of them', 'and the second']);
  });
});

interface Phases {
  readonly whole: boolean;
  readonly phases: readonly { readonly phase: string; readonly tasks: number; readonly complete: number; readonly missing: readonly string[] }[];
}

describe('sluice plan', () => {
  it('writes nothing, and counts the tasks that the run has', async () => {
    const before = filesOf(folder);
    const { code, stdout } = await sluice(folder, 'plan', 'recipe.yaml', '--json');
    expect(code).toBe(0);
    expect(filesOf(folder)).toEqual(before);
    const { phases, estimate } = JSON.parse(stdout) as { phases: { phase: string; tasks: number }[]; estimate: Record<string, number> };
    for (const { phase, tasks } of phases.filter((one) => one.tasks > 0)) {
      const done = readdirSync(join(folder, 'out', 'work', phase)).filter((name) => name.endsWith('.done.json'));
      expect([phase, done.length]).toEqual([phase, tasks]);
    }
    expect(Object.values(estimate).every((value) => value > 0)).toBe(true);
    expect((await sluice(folder, 'plan', 'recipe.yaml')).stdout).toMatch(/curate +9\n[^]*estimate for \d+ workers?: /);
  });
});

describe('sluice status', () => {
  const status = async (output: string): Promise<Phases & { code: number | null }> => {
    const { code, stdout } = await sluice(folder, 'status', output, '--json');
    return { code, ...(JSON.parse(stdout) as Phases) };
  };

  it('of a whole run has every task complete, and exit code 0', async () => {
    const { code, whole, phases } = await status('out');
    expect([code, whole]).toEqual([0, true]);
    expect(phases.map(({ phase }) => phase)).toEqual([...PHASES]);
    expect(phases.filter(({ tasks, complete }) => tasks !== complete)).toEqual([]);
  });

  it('in the middle of a run and after it was killed says what is missing, and exit code 1', async () => {
    const run = start(folder, 'run', 'recipe.yaml', '--output', 'half', '--workers', '1');
    await run.saying('curate   read');
    const during = await status('half');
    run.child.kill('SIGKILL');
    await run.ended;
    for (const { code, whole, phases } of [during, await status('half')]) {
      expect([code, whole]).toEqual([1, false]);
      expect(phases[0]).toEqual({ phase: 'train', tasks: 1, complete: 1, missing: [] });
      expect(phases.find(({ phase }) => phase === 'record')).toMatchObject({ complete: 0 });
    }
    expect((await sluice(folder, 'status', 'half')).stdout).toContain('not whole: run the same command again to continue');
  });

  it('of a run with a failed shard counts that shard as missing', async () => {
    const recipe = recipeCopy(({ sources }) => { sources.books.read.paths = 'nowhere.txt'; sources.wiki.read.paths = 'wiki/third.jsonl'; });
    const small = { ...recipe, sources: { wiki: { ...recipe.sources.wiki, stages: [] }, books: { ...recipe.sources.books, stages: [] } }, models: {}, dedup: undefined, mixture: undefined };
    expect((await sluice(folder, 'run', writeRecipe(folder, 'failed', small), '--output', 'failed')).code).toBe(1);
    const { phases } = await status('failed');
    expect(phases.find(({ phase }) => phase === 'curate')).toMatchObject({ tasks: 2, complete: 1, missing: [expect.stringMatching(/^books-/)] });
  });
});

describe('every command', () => {
  it.each(['run', 'dedup', 'plan', 'status', 'why', 'stages', 'samples'])('%s --help has an example that names it', async (command) => {
    const { code, stdout } = await sluice(folder, command, '--help');
    expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`\nExample:\n  \\$ sluice ${command}`))]);
  });

  it('is listed by --help, and --version is the package\'s', async () => {
    const { stdout } = await sluice(folder, '--help');
    for (const command of ['run', 'dedup', 'plan', 'status', 'why', 'stages', 'samples']) expect(stdout).toMatch(new RegExp(`\n  ${command} `));
    expect((await sluice(folder, '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('takes a closed pipe for success', async () => {
    const closed = ['-c', '{ "$0" "$1" stages --schema; echo "ended with $?" >&2; } | true', process.execPath, mainPath()]; // `true` is gone before anything is written
    expect((await startWith(folder, 'sh', closed).ended).stderr).toBe('ended with 0\n');
  });

  it('goes on when nobody listens to its talk', async () => {
    const deaf = ['-c', '{ "$0" "$1" run twice.yaml --output deaf > deaf.txt; echo "ended with $?" > deaf.code; } 2>&1 | true', process.execPath, mainPath()];
    await startWith(folder, 'sh', deaf).ended;
    expect(readFileSync(join(folder, 'deaf.code'), 'utf8')).toBe('ended with 0\n');
    expect(corpusOf(join(folder, 'deaf'))).toHaveLength(2);
  });
});

describe('sluice stages', () => {
  it('lists each stage of the catalog with its options', async () => {
    const { code, stdout } = await sluice(folder, 'stages');
    expect(code).toBe(0);
    for (const { name, summary } of stageCatalog) expect(stdout).toContain(`${name}\n  ${summary}\n`);
    expect(stdout).toContain('    minWords (default 50)\n');
  });

  it('prints the JSON Schema of recipes', async () => {
    const { stdout } = await sluice(folder, 'stages', '--schema');
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object', properties: { sources: {}, mixture: {} } });
  });
});
