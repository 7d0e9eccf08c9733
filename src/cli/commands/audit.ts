/** `sluice audit`: how duplicated a data set is. Reads the files where they are and changes none of them; what it finds goes to stdout, a JSON file, a page. */
import { Command } from 'commander';
import { renderAuditPage } from '../../reports/audit-page.js';
import { renderAuditText } from '../../reports/audit-text.js';
import { auditOptions, type AuditOptions } from '../audit-options.js';
import { checkReports, writeReport } from '../audit-reports.js';
import { planAudit } from '../audit-plan.js';
import { runAudit } from '../audit-run.js';
import { memoryOption, workersOption } from '../options.js';
import { shownPath } from '../recipe-secrets.js';

export function auditCommand(): Command {
  const command = new Command('audit')
    .description('say how duplicated a data set is: JSON Lines, WET, text or zip, read in place and left as it is')
    .argument('<paths...>', 'files, folders or globs, @FILE with one of these a line; NAME=GLOB gives a source its name');
  for (const option of auditOptions()) command.addOption(option);
  return command
    .addOption(memoryOption())
    .addOption(workersOption())
    .addHelpText('after', '\nExamples:\n  $ sluice audit data/*.jsonl.gz --html audit.html\n  $ sluice audit train.jsonl --against validation.jsonl --json - --max-near-duplicates 1%' +
      '\n\nExit codes: 0 done; 1 a file could not be read, or the audit was stopped; 2 an option or a path is wrong, nothing was read; 3 more near-duplicates than --max-near-duplicates.')
    .action(audit);
}

async function audit(paths: readonly string[], options: AuditOptions): Promise<void> {
  const planned = await planAudit(paths, options);
  checkReports(planned, options);
  const { audit: found, failures } = await runAudit(planned, options);
  if (options.json !== undefined && options.json !== '-') writeReport(options.json, `${JSON.stringify(found, null, 2)}\n`);
  if (options.html !== undefined) writeReport(options.html, renderAuditPage(found, inputsOf(paths, options)));
  process.stdout.write(options.json === '-' ? `${JSON.stringify(found, null, 2)}\n` : renderAuditText(found));
  const near = found.near.find(({ jaccard }) => jaccard === options.threshold)!; // auditLevels puts it among them
  if (options.maxNearDuplicates !== undefined && near.rate > options.maxNearDuplicates) {
    process.stderr.write(`near-duplicates at a similarity of ${options.threshold}: found ${percent(near.rate)} of the documents, allowed ${percent(options.maxNearDuplicates)}\n`);
    process.exitCode = 3;
  }
  if (failures.length > 0) {
    process.stderr.write(`${failures.length} of ${planned.shards} shards could not be read, the audit is of the others:\n`);
    for (const { task, message } of failures) process.stderr.write(`  ${task}: ${message}\n`);
    process.exitCode = 1;
  }
}

/** What named the data, in words that `sluice dedup` takes too: for the command that the page suggests. */
function inputsOf(paths: readonly string[], { against, textField, signature }: AuditOptions): string[] {
  return [
    ...paths.map(shownPath), ...against.flatMap((path) => ['--against', shownPath(path)]),
    ...(textField === 'text' ? [] : ['--text-field', textField]), ...(signature === undefined ? [] : ['--signature', signature]),
  ];
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(6))} %`;
