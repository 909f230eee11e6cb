// `lanceur items`: what the ledger knows, newest first.
import { ItemState, type Item } from '#contract/model/item';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printList } from '../terminal/print-list.ts';
import { usageError } from '../usage-error.ts';
import { findLauncher } from './find-launcher.ts';
import { printJson } from './print-json.ts';

export const items: Command = async (context) => {
  const { terminal, texts, json } = context;
  const { text, integer } = context.arguments;
  const limit = integer('limit', { min: 1, max: 5000 });
  const state = text('state') === undefined ? undefined : readState(text('state') ?? '');
  const wanted = text('launcher');
  const session = await context.session();
  const launcher =
    wanted === undefined ? undefined : await findLauncher(session, wanted, texts.language);
  const found = await session.call('items.list', {
    ...(limit === undefined ? {} : { limit }),
    ...(state === undefined ? {} : { state }),
    ...(launcher === undefined ? {} : { launcherId: launcher.id }),
  });
  if (json) {
    printJson(terminal, found);
    return exitCodes.ok;
  }
  const head = ['number', 'state', 'name', 'size', 'changed', 'reason'].map((one) =>
    texts.say(`cli.items.head.${one}`),
  );
  const align = ['right', 'left', 'left', 'right'] as const;
  const rows = found.map((item) => itemRow(item, texts));
  printList({ terminal, texts, none: 'cli.items.none' }, rows, { head, align });
  return exitCodes.ok;
};

function readState(text: string): ItemState {
  const state = ItemState.safeParse(text);
  if (state.success) return state.data;
  throw usageError('usage.unknownState', { state: text, states: ItemState.options.join(', ') });
}

const itemRow = (item: Item, texts: Texts): string[] => [
  String(item.id),
  texts.say(`itemState.${item.state}`),
  item.title || texts.say('cli.items.untitled'),
  texts.formats.size(item.sizeBytes),
  texts.formats.instant(item.changedAt),
  [...(item.reason === null ? [] : [item.reason]), ...(item.remarks ?? [])]
    .map((one) => sayReason(texts, one))
    .join(' '),
];
