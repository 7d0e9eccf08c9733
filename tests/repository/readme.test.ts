import { readdirSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '#src/pipeline/recipe.js';
import { stageCatalog } from '#src/stages/catalog.js';
import { allCommands } from './command-help.js';

const pages = ['README.md', 'src/README.md', 'src/kernels/README.md', 'src/dedup/README.md', 'src/quality/README.md', 'src/mixture/README.md', 'samples/README.md'];
const readme = readFileSync('README.md', 'utf8');
const help = new Map((await allCommands()).map((one) => [one.command, one.help]));

describe('the README', () => {
  it('shows the two commands that CI runs', () => {
    const ci = readFileSync('.ci/run', 'utf8');
    expect(readme).toContain('npm ci && npx sluice run pipelines/quickstart.yaml');
    expect(readme).toContain('npm ci && npm test');
    for (const command of ['npm ci', 'npm test', 'npx sluice run pipelines/quickstart.yaml']) expect(ci).toContain(command);
  });

  it('names only commands and options that there are', () => {
    for (const page of pages) {
      const text = readFileSync(page, 'utf8');
      for (const [, command, rest] of text.matchAll(/\bsluice ((?:quality|mix|tune|crawl) [a-z]+|[a-z]+)\b([^\n`]*)/g)) {
        if (!help.has(command!)) expect(text, `${page}: sluice ${command}`).not.toMatch(new RegExp(`(npx |\\$ |\`)sluice ${command}\\b`));
        else for (const [option] of rest!.matchAll(/--[a-z-]+/g)) expect(help.get(command!), `${page}: sluice ${command} ${option}`).toContain(option);
      }
    }
  });

  it('shows recipes, and parts of one, that are accepted', () => {
    const blocks = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block!);
    expect(blocks.length).toBeGreaterThanOrEqual(1);
    const rest = 'name: example\nsources:\n  books: { read: { format: text, paths: a } }\n  wiki: { read: { format: jsonl, paths: b } }\n';
    for (const block of blocks) {
      const whole = block.startsWith('name:') ? block : block.replace('sources:\n', rest);
      expect(() => parseRecipe(whole, { file: 'README.md', catalog: stageCatalog })).not.toThrow();
    }
  });

  it('names files and folders that there are', () => {
    for (const page of pages) {
      for (const [, path] of readFileSync(page, 'utf8').matchAll(/`((?:src|tests|pipelines|samples)\/[\w./-]+)`/g)) {
        if ((path!.startsWith('samples/') && path !== 'samples/README.md') || path!.includes('NAME')) continue; // made by a command; to be written
        expect(() => execFileSync('ls', [path!], { stdio: 'ignore' }), `${page}: ${path}`).not.toThrow();
      }
    }
  });
});

describe('recipes', () => {
  it.each(readdirSync('pipelines').filter((name) => name.endsWith('.yaml')))('%s is accepted and names its schema', (name) => {
    const text = readFileSync(`pipelines/${name}`, 'utf8');
    expect(text).toContain('yaml-language-server: $schema=./recipe.schema.json');
    expect(() => parseRecipe(text, { file: name, catalog: stageCatalog })).not.toThrow();
  });
});
