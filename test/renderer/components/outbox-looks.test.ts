import { describe, expect, it } from 'vitest';
import type { OutboxMessage } from '#contract/model/outbox';
import { shownState } from '../../../src-renderer/components/router/outbox-looks.ts';

const message = (
  state: string,
  ...recipients: readonly OutboxMessage['recipients'][number]['state'][]
) => ({ state, recipients: recipients.map((one) => ({ state: one })) }) as never;

describe('the state of a message, as it is shown', () => {
  it('tells a message that somebody was refused from one that all have', () => {
    expect(shownState(message('sent', 'accepted', 'accepted'))).toBe('sent');
    expect(shownState(message('sent', 'accepted', 'refused'))).toBe('partlySent');
  });

  it('is that of the message while others are still to be tried', () => {
    expect(shownState(message('retrying', 'refused', 'pending'))).toBe('retrying');
    expect(shownState(message('failed', 'refused'))).toBe('failed');
  });
});
