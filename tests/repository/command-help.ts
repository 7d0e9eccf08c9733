/** Every command that the program has, found by asking it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface CommandHelp {
  /** As it is written behind `sluice`; `mix` and `mix plan` both are one. */
  readonly command: string;
  readonly help: string;
  /** Whether it only holds others. */
  readonly isGroup: boolean;
}

/** All of them, a group before what it holds. */
export async function allCommands(): Promise<CommandHelp[]> {
  return (await commandsFrom('')).slice(1);
}

async function commandsFrom(command: string): Promise<CommandHelp[]> {
  const { stdout: help } = await promisify(execFile)(process.execPath, ['dist/cli/main.js', ...command.split(' ').filter((word) => word !== ''), '--help']);
  const list = /\nCommands:\n([\s\S]*?)(?:\n\n|$)/.exec(help)?.[1] ?? '';
  const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name!).filter((name) => name !== 'help');
  const below: CommandHelp[] = [];
  for (const name of names) below.push(...await commandsFrom(`${command} ${name}`.trim()));
  return [{ command, help, isGroup: names.length > 0 }, ...below];
}
