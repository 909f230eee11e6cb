// `lanceur launcher list|enable|disable|pause|resume|delete`.
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printList } from '../terminal/print-list.ts';
import { confirm } from './confirm.ts';
import { findLauncher } from './find-launcher.ts';
import { printJson } from './print-json.ts';

export type Switch = 'enable' | 'disable' | 'pause' | 'resume';

export const listLaunchers: Command = async ({ session, terminal, texts, json }) => {
  const launchers = await (await session()).call('launchers.list', {});
  if (json) {
    printJson(terminal, launchers);
    return exitCodes.ok;
  }
  const head = ['id', 'launcher', 'protocol', 'state'].map((one) =>
    texts.say(`cli.launcher.head.${one}`),
  );
  const rows = launchers.map(({ id, description, source, enabled, paused }) => {
    const state = !enabled ? 'disabled' : paused ? 'paused' : 'enabled';
    const protocol = texts.say(`cli.launcher.protocol.${source.protocol}`);
    return [id, description, protocol, texts.say(`cli.launcher.state.${state}`)];
  });
  printList({ terminal, texts, none: 'cli.status.noLaunchers' }, rows, { head });
  return exitCodes.ok;
};

export function switchLauncher(verb: Switch): Command {
  return async (context) => {
    const { terminal, texts, json } = context;
    const [wanted = ''] = context.arguments.positionals;
    const session = await context.session();
    const { id } = await findLauncher(session, wanted, texts.language);
    const launcher =
      verb === 'pause' || verb === 'resume'
        ? await session.call('launchers.setPaused', { id, paused: verb === 'pause' })
        : await session.call('launchers.setEnabled', { id, enabled: verb === 'enable' });
    if (json) printJson(terminal, launcher);
    else terminal.note(texts.say(`cli.launcher.${verb}`, { launcher: launcher.description }));
    return exitCodes.ok;
  };
}

export const deleteLauncher: Command = async (context) => {
  const { terminal, texts } = context;
  const [wanted = ''] = context.arguments.positionals;
  const session = await context.session();
  const { id, description } = await findLauncher(session, wanted, texts.language);
  await confirm(context, texts.say('cli.launcher.confirmDelete', { launcher: description }));
  await session.call('launchers.delete', { id });
  terminal.note(texts.say('cli.launcher.deleted', { launcher: description }));
  return exitCodes.ok;
};
