import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROWS = [
  'inflate: gunzipSync of a whole file', 'inflate: runs of members', 'parse', 'tokenise', 'language', 'gopher-repetition', 'gopher-quality', 'quality',
  'signatures (14 x 8)', 'write signatures', 'write rows, kept and text', 'the rest of the phase', 'curate phase, every document kept', "curate phase, quickstart's filters",
  'quality (two labels', 'language (lid.176)', 'fasttext predict-prob', 'first pass, words never seen before',
  'engine with an idle worker', 'one shard', 'one large shard',
  'inflate (node:zlib)', 'signatures by script, tokenised already', 'npm minhash',
  'long texts: ', 'short texts: ', 'text, id and address', 'JSON.parse', 'Parquet: reading the texts', 'zstd 3',
  'look for 50,000 n-grams of 13 words', 'proxy of order 3: training', 'proxy of order 5: bits of held-out text', 'tokens of o200k_base', 'words',
  'threshold of a fractional copy', 'order keys of 3 copies', 'sluice dedup --memory', 'found of planted pairs',
];

test('the benchmark runs on a small input and prints every row and the figures as JSON', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-test-'));
  try {
    const json = join(folder, 'figures.json');
    const { stdout: output } = await promisify(execFile)(process.execPath, ['--expose-gc', 'tests/bench/bench.js', '--quick', '--json', json], { encoding: 'utf8' });
    const starts = output.split('\n').map((line) => line.trim());
    for (const row of ROWS) expect(starts.filter((line) => line.startsWith(row)), row).not.toEqual([]);
    expect(output).toMatch(/machine: .+ cores, Node v\d+/);
    expect(output).toMatch(/languages by bytes .*: en \d/);
    expect(output).toMatch(/1 worker +[\d.]+ s +2 workers +[\d.]+ s +speed-up [\d.]+/);
    const figures = JSON.parse(readFileSync(json, 'utf8')) as { cpu: { rows: { name: string; seconds: number; kept?: number; documents?: number }[] }; memory: { peakBytes: number }[]; dedup: { checks: { removed: number; problems: string[] } } };
    const [all, filtered] = figures.cpu.rows.slice(-2);
    expect(all!.kept).toBe(all!.documents);
    expect(filtered!.kept).toBeLessThan(filtered!.documents!);
    expect(figures.dedup.checks.problems).toEqual([]);
    expect(figures.dedup.checks.removed).toBeGreaterThan(100);
    expect(figures.memory.every(({ peakBytes }) => peakBytes > 0)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
