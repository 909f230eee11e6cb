// What becomes of the original: the same question for every protocol, with the answers each of them can carry out.
import { fieldsOf } from '../make-field.ts';

const fate = fieldsOf('window.section.fate');
const kind = 'fate.kind';

const afterDays = fate.number('fate.afterDays', {
  unit: 'window.unit.days',
  zero: 'window.zero.days',
  showWhen: { path: kind, is: ['delete'] },
});
const deleted = { afterDays: 0 };

/** Of a folder on this machine or a share. */
export const folderFate = {
  [kind]: fate.select('fate.kind', 'fate', ['archive', 'delete', 'leave'], {
    fresh: { archive: { archiveFolder: '' }, delete: deleted },
  }),
  'fate.archiveFolder': fate.local('fate.archiveFolder', {
    help: 'fate.archiveFolder',
    showWhen: { path: kind, is: ['archive'] },
  }),
  'fate.afterDays': afterDays,
} as const;

const marked = { path: kind, is: ['mark'] } as const;

/** Of a mailbox with folders; `keyword` is what a mail can be marked with beside read and important. */
export const mailFate = <const K extends 'keyword' | 'category'>(keyword: K) =>
  ({
    [kind]: fate.select('fate.kind', 'fate', ['leave', 'mark', 'move', 'delete'], {
      fresh: { mark: { seen: true, flagged: false, [keyword]: '' }, delete: deleted },
    }),
    'fate.folder': fate.server('fate.folder', { showWhen: { path: kind, is: ['move'] } }),
    'fate.afterDays': afterDays,
    'fate.seen': fate.toggle('fate.seen', { showWhen: marked }),
    'fate.flagged': fate.toggle('fate.flagged', { showWhen: marked }),
  }) as const;

export const keywordField = {
  'fate.keyword': fate.text('fate.keyword', { help: 'fate.keyword', showWhen: marked }),
} as const;

export const categoryField = {
  'fate.category': fate.text('fate.category', { help: 'fate.category', showWhen: marked }),
} as const;

/** Of a mailbox that can neither mark nor move. */
export const popFate = {
  [kind]: fate.select('fate.kind', 'fate', ['leave', 'delete'], { fresh: { delete: deleted } }),
  'fate.afterDays': afterDays,
} as const;

export const rejectedFate = (place: 'local' | 'server') =>
  ({
    'rejectedFate.kind': fate.select('rejectedFate.kind', 'rejectedFate', ['leave', 'move'], {
      fresh: {},
    }),
    'rejectedFate.folder': fate[place]('rejectedFate.folder', {
      showWhen: { path: 'rejectedFate.kind', is: ['move'] },
    }),
  }) as const;
