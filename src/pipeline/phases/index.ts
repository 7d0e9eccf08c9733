/** The phases of the main job, in the order of plan.ts. */
import type { Phase } from '../run.js';
import { benchmark } from './benchmark.js';
import { clean } from './clean.js';
import { cluster } from './cluster.js';
import { compare } from './compare.js';
import { count } from './count.js';
import { curate } from './curate.js';
import { cut } from './cut.js';
import { decide } from './decide.js';
import { exact } from './exact.js';
import { frequent } from './frequent.js';
import { link } from './link.js';
import { match } from './match.js';
import { overlap } from './overlap.js';
import { pool } from './pool.js';
import { proxy } from './proxy.js';
import { record } from './record.js';
import { remove } from './remove.js';
import { repeats } from './repeats.js';
import { rescan } from './rescan.js';
import { scan } from './scan.js';
import { select } from './select.js';
import { size } from './size.js';
import { tally } from './tally.js';
import { target } from './target.js';
import { train } from './train.js';
import { write } from './write.js';
import { index } from './write-index.js';

export const PHASE_LIST: readonly Phase[] = [
  train, curate, compare, decide, exact, match, link, cluster, overlap, tally, remove, repeats, cut, benchmark, scan, frequent,
  clean, count, size, pool, target, proxy, select, write, rescan, record, index,
];
