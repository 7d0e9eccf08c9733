/** Which tasks of a run's folder ran again, by their completions. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Inode and time of change of every completion, by `phase/key`: a task that ran again has another. */
export function completionsOf(output: string): Map<string, string> {
  const work = join(output, 'work');
  const names = readdirSync(work, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.done.json')).sort();
  return new Map(names.map((name) => {
    const { ino, mtimeNs } = statSync(join(work, name), { bigint: true });
    return [name.replace('.done.json', ''), `${ino}/${mtimeNs}`];
  }));
}

/** The tasks that ran while `work` was done, as `phase` where all that a phase has now did, else `phase/key`; sorted. */
export async function ranDuring(output: string, work: () => Promise<unknown>): Promise<string[]> {
  const before = completionsOf(output);
  await work();
  const after = [...completionsOf(output)];
  const ran = after.filter(([name, state]) => before.get(name) !== state).map(([name]) => name);
  const phaseOf = (name: string): string => name.slice(0, name.indexOf('/'));
  return [...new Set(ran.map(phaseOf))].flatMap((phase) => {
    const mine = ran.filter((name) => phaseOf(name) === phase);
    return mine.length === after.filter(([name]) => phaseOf(name) === phase).length ? [phase] : mine;
  }).sort();
}
