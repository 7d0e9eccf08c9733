// Plans of the benchmark: the quickstart's recipe over the benchmark's shards. Its model is trained once, as the quickstart trains it (books and
// wiki against a sample of the crawl), and handed to every run, so that a run's own work is the curate phase alone.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeVersion } from '#src/cli/code-version.js';
import { loadRecipe } from '#src/cli/load-recipe.js';
import { writePlan } from '#src/cli/run-folder.js';
import { ensureSamples } from '#src/cli/samples/index.js';
import { writeCompletion } from '#src/pipeline/completion.js';
import { makePlan } from '#src/pipeline/plan.js';
import { openRun, task } from '#src/pipeline/task.js';
import { listLocalFiles } from '#src/storage/local-files.js';

const RECIPE = new URL('../../pipelines/quickstart.yaml', import.meta.url).pathname;

/** Filters that find everything good: every document goes through every stage. */
const KEEP_ALL = {
  language: { keep: null, threshold: 0 },
  'gopher-repetition': {
    maxDuplicateParagraphs: null, maxDuplicateParagraphChars: null, maxDuplicateLines: null, maxDuplicateLineChars: null,
    topGrams: { 2: null, 3: null, 4: null }, duplicateGrams: { 5: null, 6: null, 7: null, 8: null, 9: null, 10: null },
  },
  'gopher-quality': {
    minWords: 0, maxWords: null, minMeanWordLength: 0, maxMeanWordLength: null, maxHashRatio: null, maxEllipsisRatio: null,
    maxBulletLines: null, maxEllipsisLines: null, minAlphaWords: 0, minStopWords: 0,
  },
  quality: { model: 'reference' },
};

export class CuratePlans {
  #recipe;
  #code = codeVersion();
  #folder;
  #trained;

  /** Trains in `folder`, where all runs go. */
  static async make(folder, shards) {
    const plans = new CuratePlans();
    plans.#folder = folder;
    await ensureSamples(join(folder, 'samples'));
    const recipe = loadRecipe(RECIPE);
    const { mixture: _, ...rest } = recipe;
    const { web, books, wiki } = recipe.sources;
    plans.#recipe = { ...rest, samples: false, sources: { web: withShards(web, shards), books, wiki } };
    const plan = plans.#planOf(plans.#recipe, 'train');
    plans.#trained = { run: openRun(plan), completion: await task(openRun(plan), 'train', 0) };
    return plans;
  }

  /** A plan of the web shards alone, in a fresh folder, with the model in place. `keepAll`: no filter drops anything. */
  fresh(name, shards, { keepAll = false } = {}) {
    rmSync(join(this.#folder, name), { recursive: true, force: true });
    const { web, ...references } = this.#recipe.sources;
    const stages = keepAll ? web.stages.map(({ name: stage }) => ({ name: stage, options: KEEP_ALL[stage] })) : web.stages;
    const plan = this.#planOf({ ...this.#recipe, sources: { web: { ...withShards(web, shards), stages }, ...references } }, name);
    const alone = { ...plan, shards: plan.shards.filter(({ source }) => source === 'web') };
    const { run, completion } = this.#trained;
    mkdirSync(join(alone.directory, 'work', 'train'), { recursive: true });
    for (const { path } of Object.values(completion.outputs)) copyFileSync(run.path(path), join(alone.directory, path));
    writeCompletion(alone.directory, 'train', 'reference', { ...completion, fingerprint: openRun(alone).fingerprint('train', 0) });
    return { plan: alone, planFile: writePlan(alone) };
  }

  remove(name) {
    rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  /** Files are named relative to where they are, so that the model is the same wherever temporary folders happen to be. */
  #planOf(recipe, name) {
    const filesOf = (source) => {
      const { paths } = recipe.sources[source].read;
      return source === 'web' ? paths.flatMap((path) => listLocalFiles([basename(path)], dirname(path))) : listLocalFiles(paths, this.#folder);
    };
    return makePlan({ recipe, directory: join(this.#folder, name), kernels: 'wasm', ...this.#code, filesOf });
  }
}

const withShards = (source, shards) => ({ ...source, read: { ...source.read, paths: shards.map(({ path }) => path) } });
