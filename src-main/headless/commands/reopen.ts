// `lanceur retry ITEM` and `lanceur replay ITEM`: an item is taken again at the next run, because its trouble is
// over, or because what was delivered is wanted once more.
import { ItemId } from '#contract/ids';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { usageError } from '../usage-error.ts';
import { printJson } from './print-json.ts';

export function reopen(call: 'items.retry' | 'items.replay'): Command {
  return async (context) => {
    const { terminal, texts, json } = context;
    const [wanted = ''] = context.arguments.positionals;
    const id = ItemId.safeParse(/^\d{1,15}$/.test(wanted) ? Number(wanted) : undefined);
    if (!id.success) throw usageError('usage.notAnItem', { item: wanted });
    const session = await context.session();
    const item = await session.call(call, { id: id.data });
    if (json) printJson(terminal, item);
    else terminal.note(texts.say(`cli.${call}`, { item: item.id, name: item.title }));
    return exitCodes.ok;
  };
}
