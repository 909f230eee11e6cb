// What happens when a leaf begins: the receiver is asked where it goes, enclosed messages are looked into first, and
// texts are searched for the files that old mail programs put inside of them.
import { AppError } from '../../errors.ts';
import type { PartSink } from '../../sources/source.ts';
import type { InsideFile } from '../containers/inside-file.ts';
import { TextFiles } from '../containers/text-files.ts';
import { givenName } from '../part-names.ts';
import { EnclosedMessage, parserStage } from './enclosed-message.ts';
import type { Stage } from './leaf-flow.ts';
import type { LeafOutcome, MimeLeaf, MimeParser, MimeReceiver, OpenedMail } from './mime-types.ts';
import { emptyNode, type PartNode, type PartTree } from './part-tree.ts';

export type LeafSurroundings = {
  readonly receiver: MimeReceiver;
  readonly tree: PartTree;
  readonly mail: OpenedMail;
  /** A parser for the message in this part; null where it lies too deep. */
  readonly parserFor: ((part: string) => MimeParser) | null;
};

export type StartedLeaf = {
  readonly node: PartNode;
  /** Null as long as the receiver was not told. */
  leaf: MimeLeaf | null;
  readonly target: PartSink | Stage | null;
};

export function startLeaf(node: PartNode, around: LeafSurroundings): StartedLeaf {
  const parents = around.tree.parents;
  const tell = (part: PartNode, mayOpen: boolean) => {
    const leaf: MimeLeaf = {
      part,
      name: givenName(part),
      charset: (part.parameters.get('charset') ?? '').trim().toLowerCase(),
      parents,
      mail: around.mail,
      mayOpen,
    };
    return { leaf, choice: around.receiver.leaf(leaf) };
  };

  if (isMessage(node)) {
    const started: StartedLeaf = {
      node,
      leaf: null,
      target: new EnclosedMessage((subject, isReadable) => {
        node.subject = subject;
        const parserFor = isReadable ? around.parserFor : null;
        const { leaf, choice } = tell(node, parserFor !== null);
        started.leaf = leaf;
        if (choice !== 'open') return choice;
        return parserFor ? parserStage(parserFor(node.part)) : notToBeOpened(node);
      }),
    };
    return started;
  }

  const { leaf, choice } = tell(node, false);
  const sink = choice === 'open' ? notToBeOpened(node) : choice;
  if (!isPlainText(node)) return { node, leaf, target: sink };
  let count = 0;
  const insideFile = (file: InsideFile) => {
    const inside = insideNode(`${node.part}/${++count}`, file);
    around.tree.addInside(node, inside);
    const told = tell(inside, false);
    return {
      sink: told.choice === 'open' ? notToBeOpened(inside) : told.choice,
      ended(outcome: LeafOutcome) {
        inside.encodedBytes = outcome.encodedBytes;
        around.receiver.leafEnd?.(told.leaf, outcome);
      },
    };
  };
  return { node, leaf, target: new TextFiles(sink, insideFile) };
}

const isMessage = (node: PartNode) =>
  node.mediaType === 'message/rfc822' || node.mediaType === 'message/global';

/** Text to read, not a file that happens to be text. */
const isPlainText = (node: PartNode) =>
  node.mediaType === 'text/plain' && givenName(node) === '' && node.disposition !== 'attachment';

function insideNode(part: string, file: InsideFile): PartNode {
  return {
    ...emptyNode,
    part,
    mediaType: 'application/octet-stream',
    disposition: 'attachment',
    dispositionParameters: file.name === '' ? new Map() : new Map([['filename', file.name]]),
    encoding: file.encoding,
    children: [],
  };
}

function notToBeOpened(node: PartNode): never {
  const message = `part ${node.part} (${node.mediaType}) cannot be opened`;
  throw new AppError('unexpected', 'internal.bug', { message });
}
