/**
 * How the command line sets up the network: `--contact` of every command that reads inputs, and the environment, which is read here and nowhere else.
 *
 *   SLUICE_CONTACT      an address or page in the user agent, for those who run the servers
 *   SLUICE_IN_FLIGHT    requests at once, 1 to 64; default 8
 *   SLUICE_TRIES        tries of a request; default 8
 *   SLUICE_PAUSES       milliseconds by name, as in `retry=500,idle=120000` (storage/network.ts has the names)
 *   AWS_...             of s3:// addresses (s3-options.ts)
 *   HTTP_PROXY, HTTPS_PROXY, NO_PROXY    and in lower case, which comes first, as in curl; HTTP_PROXY only matters to http:// addresses
 */
import { randomInt } from 'node:crypto';
import { Option, type Command } from 'commander';
import { ConfigError } from '../core/errors.js';
import { DEFAULT_PAUSES, networkOptions, useNetwork, type NetworkOptions, type NetworkPauses, type NetworkProxies } from '../storage/network.js';
import { MOST_IN_FLIGHT } from '../storage/request-gate.js';
import { packageVersion } from './code-version.js';
import { tellOfNetwork } from './network-talk.js';
import { s3Options } from './s3-options.js';

export interface NetworkFlags {
  readonly contact?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MOST_TRIES = 100;
const MOST_PAUSE_MS = 24 * 3600 * 1000;

export const contactOption = (): Option => new Option('--contact <who>', 'an address or page that servers are told with every request (default: SLUICE_CONTACT)');

/** Gives a command, or each command of a group, the options of the network, and sets it up before it runs. */
export function readsInputs(command: Command): Command {
  if (command.commands.length > 0) {
    command.commands.forEach(readsInputs);
    return command;
  }
  return command.addOption(contactOption()).hook('preAction', () => {
    const options = networkFrom(command.opts<NetworkFlags>(), process.env);
    useNetwork(options);
    tellOfNetwork(options, (line) => void process.stderr.write(`\n${line}\n`));
  });
}

/** Throws ConfigError for values that make no sense. */
export function networkFrom({ contact: given }: NetworkFlags, env: Environment): NetworkOptions {
  const contact = contactFrom(given, env);
  const inFlight = numberFrom(env, 'SLUICE_IN_FLIGHT', MOST_IN_FLIGHT);
  const tries = numberFrom(env, 'SLUICE_TRIES', MOST_TRIES);
  return networkOptions({
    userAgent: `sluice/${packageVersion()}${contact === undefined ? '' : ` (+${contact})`}`, salt: randomInt(2 ** 32), proxies: proxiesFrom(env), pauses: pausesFrom(env['SLUICE_PAUSES']),
    s3: s3Options(env),
    ...(inFlight === undefined ? {} : { inFlight }), ...(tries === undefined ? {} : { tries }),
  });
}

/** Undefined where none was given. Throws ConfigError for one that cannot stand in a header. */
export function contactFrom(given: string | undefined, env: Environment): string | undefined {
  const contact = given ?? env['SLUICE_CONTACT'];
  if (contact === undefined || contact === '') return undefined;
  if (!/^[\x21-\x27\x2a-\x7e]{3,200}$/.test(contact)) throw new ConfigError(`contact: found ${JSON.stringify(contact)}, expected a mail address or a page, without spaces and brackets`);
  return contact;
}

function numberFrom(env: Environment, name: string, most: number): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1 || Number(text) > most) throw new ConfigError(`${name}: found "${text}", expected a whole number from 1 to ${most}`);
  return Number(text);
}

function pausesFrom(text = ''): Partial<NetworkPauses> {
  const names = Object.keys(DEFAULT_PAUSES).join(', ');
  return Object.fromEntries(text.split(',').filter((part) => part !== '').map((part) => {
    const [, name, ms] = /^([A-Za-z]+)=(\d{1,8})$/.exec(part) ?? [];
    if (name === undefined || !Object.hasOwn(DEFAULT_PAUSES, name) || Number(ms) > MOST_PAUSE_MS) {
      throw new ConfigError(`SLUICE_PAUSES: found "${part}", expected NAME=MILLISECONDS with one of ${names}, at most a day`);
    }
    return [name, Number(ms)];
  }));
}

function proxiesFrom(env: Environment): NetworkProxies {
  const of = (name: string): string | undefined => env[name] || env[name.toUpperCase()] || undefined;
  const proxy = (name: string): string | undefined => {
    const text = of(name);
    if (text === undefined) return undefined;
    const address = text.includes('://') ? text : `http://${text}`;
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) throw new ConfigError(`${name.toUpperCase()}: found something that is no http:// address, expected the address of a proxy`); // not shown: it may hold a password
    return address;
  };
  return { http: proxy('http_proxy'), https: proxy('https_proxy'), except: of('no_proxy') ?? '' };
}
