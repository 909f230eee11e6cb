// `lanceur service list`, `lanceur service test NAME --to ADDRESS`.
import type { SendTest } from '#contract/model/router';
import type { Command, CommandContext } from '../command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { printList } from '../terminal/print-list.ts';
import { usageError } from '../usage-error.ts';
import { findNamed } from './find-named.ts';
import { printJson } from './print-json.ts';

export const listServices: Command = async ({ session, terminal, texts, json }) => {
  const opened = await session();
  const services = await opened.call('services.list', {});
  if (json) {
    printJson(terminal, services);
    return exitCodes.ok;
  }
  const connectors = await opened.call('connectors.list', {});
  const types = await opened.call('services.types', {});
  const head = ['id', 'name', 'connector'].map((one) => texts.say(`cli.service.head.${one}`));
  const rows = services.map(({ id, name, type, connectorId }) => {
    const preset = types.find((one) => one.type === type)?.defaultConnectorId;
    const used = connectors.find((one) => one.id === (connectorId ?? preset));
    const choice = texts.say(`connectorChoice.${connectorId === null ? 'default' : 'override'}`);
    return [id, name, used === undefined ? '-' : `${used.name} (${choice})`];
  });
  printList({ terminal, texts, none: 'cli.service.none' }, rows, { head });
  return exitCodes.ok;
};

export const testService: Command = async (context) => {
  const session = await context.session();
  const [wanted = ''] = context.arguments.positionals;
  const services = await session.call('services.list', {});
  const { id } = findNamed(services, wanted, {
    language: context.texts.language,
    list: 'service list',
  });
  const { signal } = context;
  return tellTest(
    context,
    await session.call('services.test', { id, to: recipient(context) }, { signal }),
  );
};

/** Throws usage.missingOption. */
export function recipient({ arguments: { text } }: CommandContext): string {
  const to = text('to');
  if (to === undefined) throw usageError('usage.missingOption', { option: '--to' });
  return to;
}

export function tellTest({ terminal, texts, json }: CommandContext, test: SendTest): ExitCode {
  const { accepted, rejected, response } = test;
  if (json) printJson(terminal, test);
  else {
    terminal.result(texts.say('cli.send.tested', { to: accepted.join(', '), response }));
    for (const { address, text } of rejected) {
      terminal.problem(texts.say('cli.send.refused', { address, text }));
    }
  }
  return rejected.length > 0 ? exitCodes.warnings : exitCodes.ok;
}
