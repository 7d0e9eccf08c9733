/** Options that the commands of `sluice tune` share which train proxies. */
import { InvalidArgumentError, Option } from 'commander';
import { parseBytes } from '../pipeline/quantity.js';
import { DEFAULT_HELD_OUT_BYTES, DEFAULT_PROXY_BYTES, MOST_HELD_OUT_BYTES, MOST_PROXY_BYTES, PROXY_ORDERS } from '../pipeline/recipe-tune-schema.js';
import { memoryOption, seedOption, stagesOption, workersOption } from './options.js';

export interface ProxyOptions {
  readonly output?: string;
  readonly target: Readonly<Record<string, number>>;
  readonly order?: number;
  readonly bytes?: number;
  readonly heldOut?: number;
  readonly seed?: number;
  readonly workers: number;
  readonly memory?: number;
  readonly stages: readonly string[];
}

/** Without those of one command alone. */
export function proxyOptions(): readonly Option[] {
  return [
    new Option('--target <name=weight>', 'what losses are measured on, and how much it counts: held-out documents of a source, or a target of the recipe; repeatable')
      .default({}, "the recipe's tune.targets").argParser(addTarget),
    new Option('--order <n>', 'longest run of bytes that a proxy counts (default: 5)').argParser(proxyOrder),
    new Option('--bytes <size>', `what a proxy reads (default: ${DEFAULT_PROXY_BYTES / 1e6}MB)`).argParser((text) => size(text, MOST_PROXY_BYTES)),
    new Option('--held-out <size>', `held-out text of each target at most (default: ${DEFAULT_HELD_OUT_BYTES / 1e3}kB)`).argParser((text) => size(text, MOST_HELD_OUT_BYTES)),
    seedOption(),
    new Option('--output <dir>', 'the folder of the corpus (default: output/<name of the recipe>)'),
    workersOption(), memoryOption(), stagesOption(),
  ];
}

function addTarget(text: string, before: Readonly<Record<string, number>>): Record<string, number> {
  const [, name = '', weight = ''] = /^([^=]+)=(\d+\.?\d*|\.\d+)$/.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError(`found "${text}", expected a name and a weight such as books=1.`);
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`found ${name} twice, expected it once.`);
  return { ...before, [name]: Number(weight) };
}

function proxyOrder(text: string): number {
  const order = PROXY_ORDERS.find((one) => String(one) === text);
  if (order === undefined) throw new InvalidArgumentError(`found "${text}", expected ${PROXY_ORDERS.join(' or ')}.`);
  return order;
}

function size(text: string, most: number): number {
  const bytes = parseBytes(text);
  if (bytes === undefined || bytes < 1000 || bytes > most) throw new InvalidArgumentError(`found "${text}", expected a size from 1kB to ${most / 1e6}MB.`);
  return bytes;
}
