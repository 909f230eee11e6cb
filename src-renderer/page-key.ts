// Which page an address is: another record, or another kind of new one, is another page; another tab of the same is not.
import type { RouteLocationNormalized } from 'vue-router';

export function pageKey({ name, params }: RouteLocationNormalized): string {
  const { id = '', protocol = '', type = '' } = params;
  return [name, id, protocol, type].map(String).join(' ');
}
