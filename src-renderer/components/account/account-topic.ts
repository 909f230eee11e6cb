// Where the guide explains a way of signing in.
import type { AccountMethod } from '#contract/model/account';
import type { HelpTopic } from '../../guide/help-topics.ts';

export function accountTopic(method: AccountMethod): HelpTopic {
  if (method === 'google') return 'gmail';
  return method === 'microsoft' || method === 'microsoftApp' ? 'office365' : 'accounts';
}
