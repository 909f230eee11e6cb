// A launcher on a folder.
import type { FolderConfig } from '#contract/model/source-config';
import type { FieldsFor } from '../field.ts';
import { folderFate, rejectedFate } from '../groups/fate-fields.ts';
import { droppedMailFields } from '../groups/mail-fields.ts';
import { fieldsOf, under } from '../make-field.ts';

const source = fieldsOf('window.section.source');

export const folderForm = {
  path: source.local('folder.path', {
    help: 'folder.path',
    example: 'window.example.scans',
    width: 'full',
  }),
  recursive: source.toggle('folder.recursive'),
  includeHidden: source.toggle('folder.includeHidden', { help: 'folder.includeHidden' }),
  ...folderFate,
  ...rejectedFate('local'),
  ...under('mails', droppedMailFields),
} satisfies FieldsFor<FolderConfig, 'protocol'>;
