import { describe, expect, it } from 'vitest';
import { scopeWords } from '#src/pipeline/signature-layout.js';

const words = (scope: Parameters<typeof scopeWords>[0], source: string, name: string): string => scopeWords(scope, { source, name }).join();

describe('the scope of a shard\'s documents', () => {
  it('is one for all, one a source, or one a crawl: by the CC-MAIN name in the path, else the source', () => {
    expect(words('global', 'web', 'a')).toBe('0,0');
    expect(words('source', 'web', 'a')).toBe(words('source', 'web', 'CC-MAIN-2024-10/b'));
    expect(words('source', 'web', 'a')).not.toBe(words('source', 'wiki', 'a'));
    expect(words('snapshot', 'web', 'x/CC-MAIN-2024-10/a')).toBe(words('snapshot', 'other', 'y/CC-MAIN-2024-10/b'));
    expect(words('snapshot', 'web', 'x/CC-MAIN-2024-10/a')).not.toBe(words('snapshot', 'web', 'x/CC-MAIN-2024-18/a'));
    expect(words('snapshot', 'web', 'a')).toBe(words('source', 'web', 'a'));
  });
});
