// The command line of `sluice audit`: what it refuses before reading, what it counts instead, how it ends.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditLevels, auditLsh, share } from '#src/cli/audit-options.js';
import { tiddlers } from '../../dedup/real-documents.js';
import { AUDIT, auditOf, jsonl, nearAt, runAudit } from '../../promises/support/audit.js';
import { start } from '../../promises/support/sluice.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-audit-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (...names: string[]): string => join(folder, ...names);

/** 40 pages, none like another, and the first ten of them once more: 20 % are removable. */
const documents = tiddlers().filter((text) => text.length > 600).slice(0, 40).map((text, i) => ({ id: `m${i}`, text }));
const ALL = [...documents, ...documents.slice(0, 10).map(({ id, text }) => ({ id: `copy-${id}`, text }))];

beforeAll(() => {
  writeFileSync(path('pages.jsonl'), jsonl(ALL));
  writeFileSync(path('pages.jsonl.gz'), gzipSync(jsonl(ALL)));
});

describe('options of an audit', () => {
  it('a share is written as percent or as a number', () => {
    expect(['1%', '0.01', '.5', '100 %', '0', '1'].map(share)).toEqual([0.01, 0.01, 0.5, 1, 0, 1]);
    for (const text of ['', '%', '-1%', '101%', '1.5', '1e-2', 'one', '1 percent']) expect(() => share(text)).toThrow('expected a share such as 1% or 0.01');
  });

  it('the levels are five and the one asked for, ascending', () => {
    expect([auditLevels(0.8), auditLevels(0.85)]).toEqual([[0.5, 0.7, 0.8, 0.9, 0.95], [0.5, 0.7, 0.8, 0.85, 0.9, 0.95]]);
  });

  it('the LSH is the audit\'s own unless a number of it is given', () => {
    expect([auditLsh({}), auditLsh({ bands: 20, rows: 5 })]).toEqual([{ bands: 32, rows: 4 }, { bands: 20, rows: 5 }]);
  });
});

describe('what is refused before anything is read, with exit code 2', () => {
  it.each<readonly [string, readonly string[], RegExp]>([
    ['a file that is not there', ['nothing.jsonl'], /nothing\.jsonl.*expected/],
    ['a glob without a match', ['*.warc.wet.gz'], /found no file/],
    ['no path', [], /missing required argument/],
    ['a similarity that is none', ['pages.jsonl', '--threshold', '80'], /found "80", expected a similarity/],
    ['a share that is none', ['pages.jsonl', '--max-near-duplicates', '150%'], /expected a share such as 1%/],
    ['an LSH that finds too little at the threshold', ['pages.jsonl', '--bands', '5', '--rows', '20'], /expected at least 90/],
    ['shingles of nothing', ['pages.jsonl', '--shingle', '5 sentences'], /expected such as 5 by script/],
    ['a report in place of an input', ['pages.jsonl', '--json', 'pages.jsonl'], /among the files that are audited/],
    ['a report in a folder that is not there', ['pages.jsonl', '--html', 'no/such/page.html'], /found no folder no\/such/],
    ['two reports of one name', ['pages.jsonl', '--json', 'same', '--html', './same'], /the name that --json has/],
    ['one file on both sides', ['pages.jsonl', '--against', 'pages.jsonl'], /expected each file once/],
    ['more drawn documents than the memory holds', ['pages.jsonl', '--sample', '50000', '--memory', '720MB', '--workers', '2'], /--sample: found 50000, expected at most/],
    ['less memory than the workers take', ['pages.jsonl', '--memory', '1MB'], /--memory/],
  ])('%s', async (_, parameters, message) => {
    const before = readdirSync(folder);
    const { code, stdout, stderr } = await runAudit(folder, ...parameters);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('an output folder that holds something else', async () => {
    mkdirSync(path('other'));
    writeFileSync(path('other', 'notes.txt'), 'mine');
    const { code, stderr } = await runAudit(folder, 'pages.jsonl', '--output', 'other');
    expect([code, readdirSync(path('other'))]).toEqual([2, ['notes.txt']]);
    expect(stderr).toMatch(/found notes\.txt, expected an empty folder or that of an audit/);
  });
});

describe('how an audit ends', () => {
  it('with 0 at the maximum asked for and with 3 above it, saying both figures; the reports are written either way', async () => {
    const within = await runAudit(folder, 'pages.jsonl', '--max-near-duplicates', '20%', '--json', 'within.json');
    expect([within.code, within.stderr.includes('allowed')]).toEqual([0, false]);
    const above = await runAudit(folder, 'pages.jsonl', '--max-near-duplicates', '0.1999', '--json', 'above.json', '--html', 'above.html');
    expect(above.code).toBe(3);
    expect(above.stderr).toContain('near-duplicates at a similarity of 0.8: found 20 % of the documents, allowed 19.99 %');
    expect(above.stdout).toBe(within.stdout);
    expect(readFileSync(path('above.json'), 'utf8')).toBe(readFileSync(path('within.json'), 'utf8'));
    expect(nearAt(AUDIT.parse(JSON.parse(readFileSync(path('above.json'), 'utf8'))), 0.8)).toMatchObject({ documents: 10, rate: 0.2 });
    expect(existsSync(path('above.html'))).toBe(true);
  });

  it('with a table on stdout, or JSON alone', async () => {
    const table = await runAudit(folder, 'pages.jsonl');
    expect(table.stdout).toMatch(/^50 documents, .* in 1 source\n/);
    expect(table.stdout).toMatch(/equal text +10 +20\.00 %/);
    const json = await runAudit(folder, 'pages.jsonl.gz', '--json', '-');
    expect(AUDIT.parse(JSON.parse(json.stdout)).exact).toEqual({ documents: 10, rate: 0.2 });
  });

  it('with 1 where a file could not be read, after auditing the others', async () => {
    writeFileSync(path('damaged.zip'), 'this is no archive');
    const audit = await auditOf(folder, ['all=pages.jsonl', 'zips=damaged.zip'], 1);
    expect([audit.documents, audit.sources['zips']!.documents]).toEqual([50, 0]);
    const { stderr } = await runAudit(folder, 'all=pages.jsonl', 'zips=damaged.zip');
    expect(stderr).toMatch(/1 of 2 shards could not be read, the audit is of the others:\n {2}damaged\.zip: /);
    const alone = await runAudit(folder, 'damaged.zip');
    expect([alone.code, alone.stdout]).toEqual([1, '']);
    const drawn = await auditOf(folder, ['all=pages.jsonl', 'zips=damaged.zip', '--sample', '30'], 1);
    expect([drawn.sample, drawn.sources['zips']!.documents]).toEqual([{ documents: 30, of: 50 }, 0]);
  });

  it('with 0 and zeros where there is nothing in the files, counting what could not be read', async () => {
    writeFileSync(path('empty.jsonl'), '');
    writeFileSync(path('bad.jsonl'), '{"text": "one document of its own, with seven more words"}\nno JSON\n{"text": 7}\n{"body": ""}\n{"text": " "}\n');
    const empty = await auditOf(folder, ['empty.jsonl']);
    expect(empty).toMatchObject({ documents: 0, tokens: 0, exact: { documents: 0, rate: 0 }, redundancy: 0, clusters: { count: 0, largest: [] }, faults: [{ reason: 'empty-file', count: 1, lost: true }] });
    expect(empty.near.map(({ documents: count, rate }) => [count, rate])).toEqual([[0, 0], [0, 0], [0, 0], [0, 0], [0, 0]]);
    const bad = await auditOf(folder, ['bad.jsonl']);
    expect(bad.documents).toBe(1);
    expect(bad.faults.map(({ reason, count }) => [reason, count])).toEqual([['empty-text', 1], ['invalid-json', 1], ['no-text', 1], ['text-not-string', 1]]);
    expect((await auditOf(folder, ['bad.jsonl', '--text-field', 'body'])).faults).toEqual(expect.arrayContaining([{ reason: 'no-text', count: 3, lost: true }]));
  });

  it('leaves nothing behind, even where it is interrupted', async () => {
    const temporary = mkdtempSync(join(folder, 'tmp-'));
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = temporary; // the child inherits it
    try {
      const whole = await runAudit(folder, 'pages.jsonl');
      expect([whole.code, readdirSync(temporary)]).toEqual([0, []]);
      const stopped = start(folder, 'audit', 'pages.jsonl', '--workers', '1');
      await stopped.saying('curate');
      stopped.child.kill('SIGTERM');
      const { code, stdout, stderr } = await stopped.ended;
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('interrupted: nothing was kept');
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  it('a killed audit with --output goes on where it was', async () => {
    const stopped = start(folder, 'audit', 'pages.jsonl', '--workers', '1', '--output', 'going-on');
    await stopped.saying('exact ');
    stopped.child.kill('SIGKILL');
    await stopped.ended;
    const { code, stdout, stderr } = await runAudit(folder, 'pages.jsonl', '--output', 'going-on', '--json', '-');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/curate .*1 task, 1 complete already/)]);
    expect(stdout).toBe((await runAudit(folder, 'pages.jsonl', '--json', '-')).stdout);
  });
});
