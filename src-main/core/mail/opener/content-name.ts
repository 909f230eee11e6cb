// The name of a part that has none: its extension after its type, or after its first bytes where the type says nothing.
import { magicOf } from '../../envelopes/attachments/magic.ts';
import type { PartOffer } from '../../sources/source.ts';
import type { Piece } from './mail-spool.ts';

const HEAD_BYTES = 1024;

export async function nameAfterContent(offer: PartOffer, piece: Piece): Promise<string> {
  if (!offer.name.endsWith('.bin')) return offer.name;
  const head = Buffer.from(await (await piece.source()).bytes(0, HEAD_BYTES));
  const found = magicOf(head);
  return found ? offer.name.replace(/bin$/, found.extension) : offer.name;
}
