// `lanceur connector list`, `lanceur connector check NAME`, `lanceur connector test NAME --to ADDRESS`.
import type { Connector } from '#contract/model/router';
import type { Command, CommandContext } from '../command.ts';
import { exitCodes, worstExit } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { printList } from '../terminal/print-list.ts';
import { exitOfStep } from './exit-of-step.ts';
import { findNamed } from './find-named.ts';
import { printJson } from './print-json.ts';
import { stepLines } from './say-check.ts';
import { recipient, tellTest } from './service.ts';

export const listConnectors: Command = async ({ session, terminal, texts, json }) => {
  const opened = await session();
  const connectors = await opened.call('connectors.list', {});
  if (json) {
    printJson(terminal, connectors);
    return exitCodes.ok;
  }
  const types = await opened.call('services.types', {});
  const presets = types.map((one) => one.defaultConnectorId);
  const head = ['id', 'name', 'type', 'default'].map((one) =>
    texts.say(`cli.connector.head.${one}`),
  );
  const rows = connectors.map(({ id, name, config }) => [
    id,
    name,
    texts.say(`connectorType.${config.type}`),
    presets.includes(id) ? '✓' : '',
  ]);
  printList({ terminal, texts, none: 'cli.connector.none' }, rows, { head });
  return exitCodes.ok;
};

export const checkConnector: Command = async (context) => {
  const { terminal, texts, json, signal } = context;
  const session = await context.session();
  const { id } = await chosen(context, session);
  const report = await session.call('connectors.check', { id }, { signal });
  if (json) printJson(terminal, report);
  else {
    for (const step of report.steps) {
      for (const line of stepLines(step, texts)) terminal.result(line);
    }
  }
  return worstExit(report.steps.map(exitOfStep));
};

export const testConnector: Command = async (context) => {
  const session = await context.session();
  const { id } = await chosen(context, session);
  const { signal } = context;
  const to = recipient(context);
  return tellTest(context, await session.call('connectors.test', { id, to }, { signal }));
};

async function chosen(context: CommandContext, session: Session): Promise<Connector> {
  const [wanted = ''] = context.arguments.positionals;
  const connectors = await session.call('connectors.list', {});
  return findNamed(connectors, wanted, {
    language: context.texts.language,
    list: 'connector list',
  });
}
