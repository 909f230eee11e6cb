// The rules about whole mails (offers.ts), asked about one leaf as it begins, so that a mail that is parsed and one that a
// server described end in the same documents.
import type { MailTake } from '#contract/model/mail-take';
import type { PartOffer } from '../../sources/source.ts';
import { offersOf } from '../offers.ts';
import type { MimeLeaf } from './mime-types.ts';
import { pathTo } from './part-tree.ts';

/**
 * The offer this leaf would be in the whole mail; null when it is no document. Sizes are not known yet. With
 * `take.what` `body` every text is offered: which of them is chosen is known only at the end (`offersOf` the root).
 */
export function offerOfLeaf(leaf: MimeLeaf, take: MailTake): PartOffer | null {
  const root = pathTo(leaf.parents, leaf.part);
  const offers = offersOf({ header: leaf.mail.header, sizeBytes: 0, root }, take);
  const own = offers.find((offer) => offer.part === leaf.part.part);
  return own ? { ...own, sizeBytes: null } : null;
}
