// Options that the command line rejects before it opens the database, and its help.
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { adminProgram } from '#scripts/admin/program.ts';

/** Every command without subcommands, by its full name. */
const leaves = (command: Command, path: readonly string[] = []): { name: string; command: Command }[] =>
  command.commands.length === 0
    ? [{ name: path.join(' '), command }]
    : command.commands.flatMap((child) => leaves(child, [...path, child.name()]));

describe('the commands', () => {
  it('are complete', () => {
    expect(leaves(adminProgram()).map(({ name }) => name)).toEqual([
      ...['account recover', 'operator create', 'operator list', 'operator recover', 'operator remove'],
      ...['merchant list', 'merchant activate', 'merchant suspend', 'merchant reactivate'],
      ...['store create', 'store update', 'store list', 'store show'],
      ...['key create', 'key revoke', 'key list'],
      ...['intent show', 'intent list', 'order create'],
      ...['webhook list', 'webhook redeliver'],
      ...['review list', 'review resolve', 'refund list', 'refund record', 'refund withdraw'],
      ...['stray list', 'stray order', 'stray resolve'],
      ...['books verify', 'database rejoin', 'database growth', 'chain list', 'chain check', 'chain deploy'],
      ...['treasury report', 'treasury keys'],
      ...['person export', 'person erase'],
      ...['audit list', 'audit verify', 'master-key rotate'],
      ...['demo pay', 'demo reorg', 'demo receiver'],
    ]);
  });

  it('have a description, --help and --json', () => {
    for (const { command } of leaves(adminProgram())) {
      const help = command.helpInformation();
      expect(help).toContain('--help');
      expect(help).toContain('--json');
      expect(command.description()).not.toBe('');
    }
  });
});

describe('the settings of a store', () => {
  it.each([
    ['--receiver', '0x14dC79964da2C08b23698B3D3cc7Ca32193d9956', 'EIP-55'],
    ['--receiver', '0x0000000000000000000000000000000000000000', 'address'],
    ['--webhook-url', 'ftp://shop.example/hook', 'http'],
    ['--webhook-url', 'https://shop.example/#paid', 'fragment'],
    ['--logo-url', '/../secret', 'http'],
    ['--name', '', 'empty'],
    ['--tolerance-bps', '1001', 'at most 1000'],
    ['--ttl-seconds', '59', 'at least 60'],
    ['--ttl-seconds', '1.5', 'whole number'],
    ['--fee-bps', '-1', 'whole number'],
    ['--min-fee', 'free', 'amount of coin'],
    ['--chains', '31337,5', 'known chains'],
    ['--confirmations', '31337:4', 'CHAIN=BLOCKS'],
    ['--confirmations', '31337=0', 'at least 1'],
    ['--sign-responses', 'yes', 'on or off'],
    ['--replay-window-seconds', '601', 'at most 600'],
    ['--status', 'gone', 'one of applied, active, suspended'],
    ['--time-zone', 'Mars/Olympus', 'time zone'],
  ])('reject %s %j and name the option', async (option, value, reason) => {
    const update = adminProgram().parseAsync(['store', 'update', 'sto_x', `${option}=${value}`], { from: 'user' });
    await expect(update).rejects.toMatchObject({
      code: 'commander.invalidArgument',
      message: expect.stringMatching(new RegExp(`${option} .*${reason}`)),
    });
  });
});
