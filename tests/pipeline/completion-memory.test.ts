import { describe, expect, it } from 'vitest';
import type { Completion } from '#src/pipeline/completion.js';
import { CompletionMemory } from '#src/pipeline/completion-memory.js';

const completion = (result: unknown): Completion => ({ fingerprint: 'f', outputs: { text: { path: 'work/text', bytes: 3, crc32: '00000000' } }, result });

describe('CompletionMemory', () => {
  it('reads a completion once, and its result again only where that is long', () => {
    const reads: string[] = [];
    const disk: Record<string, Completion> = { short: completion({ rows: 1 }), long: completion('x'.repeat(1000)), none: completion(null) };
    const memory = new CompletionMemory((at) => {
      reads.push(at);
      return disk[at];
    });
    for (let turn = 0; turn < 3; turn++) {
      expect(memory.get('short')).toEqual(disk['short']);
      expect(memory.get('none')).toEqual(disk['none']);
      expect(memory.get('absent')).toBe(undefined);
      expect(memory.get('long')!.outputs).toEqual(disk['long']!.outputs);
    }
    expect(reads).toEqual(['short', 'none', 'absent', 'long']);
    expect(memory.get('long')!.result).toBe('x'.repeat(1000));
    expect(reads.at(-1)).toBe('long');
  });

  it('gives the same when it has forgotten objects', () => {
    const memory = new CompletionMemory((at) => completion({ at }));
    for (let task = 0; task < 1000; task++) memory.get(`curate/${task}`);
    for (let task = 0; task < 1000; task++) expect(memory.get(`curate/${task}`)!.result).toEqual({ at: `curate/${task}` });
  });
});
