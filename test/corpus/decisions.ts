// Entries on which the oracles disagree, by their name in a corpus or by what they are: what this program answers, and why.
import type { ExpectedFile } from './expected.ts';

export function decisionOn(mail: string, file: ExpectedFile): string | undefined {
  return BY_PLACE.get(`${mail}#${file.part ?? ''}`) ?? BY_ROLE.get(file.role);
}

const BY_PLACE = new Map([
  [
    'broken/commons-outofmemory-no-header-seperation.eml#2',
    'The body of a part begins at the first line that is no header field, also without a blank line: the whole picture.',
  ],
  [
    'inline/sicos-TestWithAttachmentsAndInlines.eml#7.1',
    'What says it is a message and begins with no header field is delivered as decoded, and not opened.',
  ],
]);

const BY_ROLE = new Map([
  ['tnef-body', 'Not delivered: the text of the message, which nobody attached as a file.'],
  [
    'partial',
    'A piece of a mail that was sent in pieces: told as such; the bytes are those of the mail, line ends included.',
  ],
]);
