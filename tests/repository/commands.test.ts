import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allCommands } from './command-help.js';

const commands = (await allCommands()).filter(({ isGroup }) => !isGroup);

describe('the commands', () => {
  it('are found, those in groups too', () => {
    expect(commands.map(({ command }) => command)).toEqual(expect.arrayContaining(['run', 'dedup', 'audit', 'mix plan', 'mix batch', 'quality train', 'tune swarm', 'samples']));
  });

  it.each(commands)('$command has help with an example of itself', ({ command, help }) => {
    expect(help).toMatch(new RegExp(`\\nExamples?:\\n[\\s\\S]*\\$ sluice ${command}\\b`));
  });

  it('are all in the table of the README, and no others', () => {
    const table = /\n## Commands\n([\s\S]*?)\n## /.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
    const named = [...table.matchAll(/^\| `sluice ([a-z -]+)` \|/gm)].map(([, name]) => name!);
    expect([...named].sort()).toEqual(commands.map(({ command }) => command).sort());
  });
});
