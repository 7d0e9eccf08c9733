// The corpus of the mixture benchmark: documents of skewed length (log-normal) in four sources of unlike sizes, slices of real prose, as JSON Lines. Made
// once a number of documents, in the system's temporary folder, a source at a time and never more than some MB of it in memory.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { draws } from '../accuracy/draws.js';
import { npmSources } from './texts.js';

/** Goes up when the same number would give other documents. */
const GENERATOR = 1;
/** `share` of all documents; their median length in bytes; `spread`, the standard deviation of its logarithm. */
export const MIXTURE_SOURCES = {
  web: { share: 0.7, median: 150, spread: 1.2 },
  wiki: { share: 0.2, median: 250, spread: 1 },
  code: { share: 0.095, median: 150, spread: 1.6 },
  books: { share: 0.005, median: 8000, spread: 1 },
};
const LONGEST = 1_000_000;
const SHARDS = 4;
const BLOCK_BYTES = 1 << 20;
const PROSE = ['sotu', 'moby-dick', 'tiddlywiki'];

/** { folder, documents, textBytes } with `<source>-<n>.jsonl` in the folder; `textBytes` by source. */
export function makeMixtureShards({ documents, log = console.error }) {
  const folder = join(tmpdir(), `sluice-mixture-${GENERATOR}-${documents}`);
  const about = join(folder, 'about.json');
  if (!existsSync(about)) {
    log(`making ${documents} documents in ${folder}`);
    const unfinished = `${folder}.${process.pid}`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    const prose = readProse();
    const textBytes = Object.fromEntries(Object.entries(MIXTURE_SOURCES).map(([name, source]) => [name, writeSource(unfinished, name, source, documents, prose)]));
    writeFileSync(join(unfinished, 'about.json'), JSON.stringify({ documents, textBytes }));
    if (!existsSync(folder)) renameSync(unfinished, folder);
  }
  return { folder, ...JSON.parse(readFileSync(about, 'utf8')) };
}

/** ASCII, so that a slice at any place has as many bytes as characters. */
function readProse() {
  const texts = PROSE.flatMap((name) => [...npmSources[name]()].map(({ text }) => text.replace(/[^\n\x20-\x7e]/g, ' ')));
  return texts.join('\n\n');
}

function writeSource(folder, name, { share, median, spread }, documents, prose) {
  const count = Math.round(share * documents);
  let textBytes = 0;
  for (let shard = 0; shard < SHARDS; shard++) {
    const file = openSync(join(folder, `${name}-${shard}.jsonl`), 'wx');
    const end = Math.floor(((shard + 1) * count) / SHARDS);
    let lines = '';
    for (let number = Math.floor((shard * count) / SHARDS); number < end; number++) {
      const draw = draws(name, number);
      const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()); // Box and Muller's
      const length = Math.min(LONGEST, Math.max(1, Math.round(median * Math.exp(spread * normal))));
      const at = Math.floor(draw() * (prose.length - length));
      lines += `${JSON.stringify({ id: `${name}-${number}`, text: `${name[0]}${prose.slice(at, at + length)}` })}\n`; // the letter: no text is white space alone
      textBytes += length + 1;
      if (lines.length >= BLOCK_BYTES || number === end - 1) {
        writeSync(file, lines);
        lines = '';
      }
    }
    closeSync(file);
  }
  return textBytes;
}
