// What is wrong with a rule that its schema cannot see. Throws ConfigError with the field.
import type { z } from 'zod';
import type { NoticeRuleDraft } from '#contract/model/notice';
import { ConfigError } from '../errors.ts';
import { parseAddresses } from '../router/addresses.ts';
import type { Store } from '../store/store.ts';

export function checkNotice(
  router: Pick<Store['router'], 'service'>,
  { mail }: z.output<typeof NoticeRuleDraft>,
): void {
  parseAddresses(mail.to, 'mail.to');
  if (!mail.enabled) return;
  const service = mail.serviceId === null ? null : router.service(mail.serviceId);
  if (service === undefined) {
    const field = 'mail.serviceId';
    throw new ConfigError('service.missing', { id: mail.serviceId ?? '' }, { field });
  }
  const hasOwn = (service?.defaults.to.length ?? 0) > 0;
  if (mail.to.length === 0 && !hasOwn) {
    throw new ConfigError('notice.noRecipient', {}, { field: 'mail.to' });
  }
}
