// An account as a form. The secret goes in; whether there is one is all that comes out.
import type { Account } from '#contract/model/account';
import type { Field, LeafPath } from './field.ts';

const section = 'window.section.account';

export function accountFields(hasSecret: boolean) {
  return {
    name: {
      kind: 'text',
      label: 'window.field.account.name',
      help: 'window.help.account.name',
      section,
      width: 'half',
    },
    user: { kind: 'text', label: 'window.field.account.user', section, width: 'half' },
    method: {
      kind: 'select',
      label: 'window.field.account.method',
      help: 'window.help.account.method',
      options: [
        { value: 'password', label: 'window.option.method.password' },
        { value: 'token', label: 'window.option.method.token' },
      ],
      section,
      width: 'half',
    },
    secret: {
      kind: 'secret',
      label: 'window.field.account.secret',
      isStored: hasSecret,
      section,
      width: 'half',
    },
  } satisfies Record<LeafPath<Pick<Account, 'name' | 'user' | 'method'>> | 'secret', Field>;
}
