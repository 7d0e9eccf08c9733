/** `sluice why`: why a document was kept or dropped, from the decision records, and its text, from the input it came from. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { ParquetRecord } from '../../formats/parquet-reader.js';
import type { Plan } from '../../pipeline/plan.js';
import { findDecisions, readDecidedText } from '../run-documents.js';
import { readPlan } from '../run-folder.js';

interface Options {
  readonly text: boolean;
  readonly json?: true;
}

export function whyCommand(): Command {
  return new Command('why')
    .description('say why a document was kept or dropped, and show its text from the input')
    .argument('<dir>', "the run's output folder")
    .argument('<document-id>', 'as in the corpus and in decisions/*.parquet')
    .option('--no-text', 'leave out the text')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ sluice why output/quickstart samples/books/moby-dick-001.txt')
    .action(why);
}

async function why(dir: string, id: string, { text, json }: Options): Promise<void> {
  const directory = resolve(dir);
  const plan = readPlan(directory);
  const found = await findDecisions(directory, id);
  for (const decision of found) {
    const found = text ? await textOf(plan, decision) : undefined;
    if (json === true) process.stdout.write(`${JSON.stringify(found === undefined ? decision : { ...decision, text: found })}\n`);
    else process.stdout.write(`${describe(decision)}${found === undefined ? '' : `\n${found}\n`}\n`);
  }
}

async function textOf(plan: Plan, decision: ParquetRecord): Promise<string> {
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await readDecidedText(plan, decision));
  } catch (error) {
    if (decision['stage'] !== 'read') throw error;
    return `(the record could not be read, so it has no text: ${error instanceof Error ? error.message : String(error)})`;
  }
}

function describe(decision: ParquetRecord): string {
  const { id, source, shard, offset, inner, stage, reason, copies, keptId, jaccard, method, cluster, ...measured } = decision;
  const lines: [name: string, value: string][] = [
    ['document', String(id)],
    ['source', String(source)],
    ['place', `${String(shard)}, byte ${String(offset)}${inner === 0 ? '' : ` + ${String(inner)} in the inflated member`}`],
    ['verdict', reason === null || reason === undefined
      ? `kept, ${String(copies)} ${copies === 1 ? 'copy' : 'copies'} in the corpus`
      : `dropped by ${String(stage)}: ${String(reason)}`],
  ];
  if (keptId !== null && keptId !== undefined) {
    lines.push(['kept', `${String(keptId)} instead: Jaccard ${Number(jaccard).toFixed(3)} (${method === 'exact' ? 'equal normalised text' : 'estimated'}), cluster ${String(cluster)}`]);
  }
  for (const [name, value] of Object.entries(measured)) {
    if (value !== null && value !== undefined && value !== '') lines.push([name, typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value)]);
  }
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  return `${lines.map(([name, value]) => name.padEnd(width) + value).join('\n')}\n`;
}
