// What a source is asked for once the items it listed are delivered, or set aside.
import type { SettleOrder, SourceItem } from '#core/sources/source';

export const settleOrders = (
  items: readonly SourceItem[],
  as: SettleOrder['as'] = 'delivered',
): SettleOrder[] => items.map(({ key, version, location }) => ({ key, version, location, as }));
