/** `sluice tune verify`: measures a proposal beside what it has to beat, and says whether it does. */
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { ConfigError } from '../../../core/errors.js';
import { loadUserStages } from '../../../engines/user-stages.js';
import { writeFileAtomic } from '../../../formats/atomic-file.js';
import type { Proposal } from '../../../mixture/tune/types.js';
import { isBlind } from '../../../mixture/tune/verdict.js';
import { FEWEST_SEEDS } from '../../../mixture/tune/verify.js';
import type { Recipe } from '../../../pipeline/recipe.js';
import { buildTuneReport } from '../../../reports/tune-report.js';
import { renderTuneText } from '../../../reports/tune-text.js';
import { loadRecipe } from '../../load-recipe.js';
import { wholeNumber } from '../../options.js';
import { ensureSamples } from '../../samples/index.js';
import { expectOtherFile, readFit, readProposal } from '../../tune-files.js';
import { proxyOptions, type ProxyOptions } from '../../tune-options.js';
import { prepareTuning } from '../../tune-run.js';
import { verifiedMixtures } from '../../tune-verify-candidates.js';
import { measureCandidates } from '../../tune-verify-run.js';

interface Options extends ProxyOptions {
  readonly proposal?: string;
  readonly fit?: string;
  readonly seeds: number;
  readonly strict?: true;
  readonly html?: string;
  readonly json?: true;
}

const MOST_SEEDS = 100;

export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('measure a proposal beside UniMax, proportional weights, those of the recipe and the best of the swarm, with intervals; says plainly whether it beats UniMax')
    .argument('<recipe>', 'a recipe in YAML')
    .option('--proposal <file>', 'what tune propose wrote (default: <output>/tune/proposal.json)')
    .option('--fit <file>', 'what tune fit wrote, for the page (default: <output>/tune/fit.json, where it is)')
    .option('--seeds <n>', `proxies of each mixture, ${FEWEST_SEEDS} at least: each reads other training documents`, (text) => wholeNumber(text, FEWEST_SEEDS, MOST_SEEDS), FEWEST_SEEDS)
    .option('--strict', 'exit with 1 when the proposal does not beat UniMax beyond the interval')
    .option('--html <file>', 'where the page goes (default: <output>/tune/report.html)');
  for (const option of proxyOptions()) command.addOption(option);
  return command
    .option('--json', 'print JSON, which <output>/tune/verify.json holds too')
    .addHelpText('after', `
Give the options of the swarm that the proposal came from (--bytes, --order, --held-out), so that both are measured alike. The weights of targets are the
proposal's, unless --target names others.

Example:
  $ sluice tune verify pipelines/quickstart.yaml --strict

Exit codes: 0 done; 1 stopped, or --strict and no improvement; 2 the recipe, a file or an option is wrong, nothing was read.`)
    .action(verify);
}

async function verify(file: string, { proposal: asked, fit: askedFit, seeds: count, strict, html, json, seed, stages, target, ...options }: Options): Promise<void> {
  const stageFiles = await loadUserStages(stages);
  const recipe = loadRecipe(file, seed);
  const folder = resolve(options.output ?? `output/${recipe.name}`, 'tune');
  const proposalFile = asked ?? join(folder, 'proposal.json');
  const fitFile = askedFit ?? [join(folder, 'fit.json')].find((path) => existsSync(path));
  const proposal = readProposal(proposalFile);
  const fit = fitFile === undefined ? undefined : readFit(fitFile);
  const outputs = { json: join(folder, 'verify.json'), html: resolve(html ?? join(folder, 'report.html')) };
  for (const output of Object.values(outputs)) expectOtherFile(output, [proposalFile, ...(fitFile === undefined ? [] : [fitFile]), file]);
  if (recipe.samples) await ensureSamples('samples', { log: (line) => process.stderr.write(`${line}\n`) });
  const targets = Object.keys(target).length > 0 ? target : proposedTargets(recipe, proposal, proposalFile);
  const tuning = await prepareTuning(recipe, { ...options, targets, stageFiles });
  const mixtures = verifiedMixtures(recipe, tuning, proposal, fit);
  const targetWeights = Object.fromEntries(tuning.targets.map(({ name, weight }) => [name, weight]));
  const verification = await measureCandidates(tuning, mixtures.candidates, {
    targetWeights, seeds: Array.from({ length: count }, (_, i) => recipe.seed + 1 + i), blind: fit !== undefined && isBlind(fit, targetWeights),
  });
  const { order, bytes } = tuning.plan.tune!; // a plan of tuning
  const report = buildTuneReport(verification, {
    recipe: recipe.name, budget: mixtures.budget, bestRun: mixtures.bestRun, proposal, fit, notes: [...mixtures.notes, ...tuning.warnings],
    proxy: { order, trainingBytes: bytes, heldOutBytes: Object.fromEntries(tuning.targets.map(({ name, heldOut }) => [name, heldOut.bytes])) },
  });
  const text = `${JSON.stringify(report, null, 2)}\n`;
  const { renderTunePage } = await import('../../../reports/tune-page.js'); // drawing takes long to load: no other command waits for it
  writeFileAtomic(outputs.json, text);
  writeFileAtomic(outputs.html, renderTunePage(report));
  process.stdout.write(json === true ? text : renderTuneText(report));
  process.stderr.write(`${relative(process.cwd(), outputs.json)}\n${relative(process.cwd(), outputs.html)}\n`);
  if (strict === true && !report.verdict.improved) process.exitCode = 1;
}

/** The proposal's weights of targets; other targets of the recipe are measured with weight 0. */
function proposedTargets({ sources, tune }: Recipe, { targetWeights }: Proposal, file: string): Readonly<Record<string, number>> {
  const known = new Set([...Object.keys(tune?.targets ?? {}), ...Object.keys(sources)]);
  const unknown = Object.keys(targetWeights).find((target) => !known.has(target));
  if (unknown !== undefined) throw new ConfigError(`${file}: targetWeights: found ${unknown}, which is neither a target nor a source of the recipe: expected a proposal for this recipe`);
  return { ...Object.fromEntries(Object.keys(tune?.targets ?? {}).map((target) => [target, 0])), ...targetWeights };
}
