// Attachments that are announced but cannot be had, told the same when they are listed and when they are taken out.
import type { EnvelopeAttachment, Finding } from '#contract/model/envelope';

/** null = it can be taken out. */
export function packingWarning({ packing, name, carrier }: EnvelopeAttachment): Finding | null {
  const params = { name, file: carrier };
  if (packing === 'empty') return { code: 'envelope.warning.attachmentEmpty', params };
  if (packing === 'unknown') return { code: 'envelope.warning.attachmentUnreadable', params };
  return null;
}
