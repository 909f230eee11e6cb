// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, onTestFinished } from 'vitest';
import { effectScope } from 'vue';
import type { UploadId } from '#contract/ids';
import { BridgeError } from '../../../src-renderer/bridge/bridge-error.ts';
import { useAttachments } from '../../../src-renderer/composables/use-attachments.ts';
import { insideWindow } from '../mount-window.ts';

/** `refused`: names of files that cannot be handed over. */
function attaching(refused: readonly string[] = []) {
  const scope = effectScope();
  const { bridge, value } = insideWindow({}, () => scope.run(() => useAttachments())!);
  onTestFinished(() => scope.stop());
  const asked: string[] = [];
  const upload = ({ name, size }: File) => {
    asked.push(name);
    const params = { path: name };
    return refused.includes(name)
      ? Promise.reject(new BridgeError({ kind: 'config', code: 'attachment.missing', params }))
      : Promise.resolve({ id: name as UploadId, name, sizeBytes: size });
  };
  Object.assign(bridge, { upload });
  const add = async (...names: string[]) => {
    value.add(names.map((name) => new File(['x'], name)));
    await flushPromises();
  };
  const attached = () => value.files.value.map(({ name }) => name);
  const failed = () => value.failed.value.map(({ name }) => name);
  return { ...value, asked, add, attached, failed };
}

describe('files to be attached', () => {
  it('go on after one that cannot be read, and each of those is named', async () => {
    const { add, attached, failed, isBusy } = attaching(['b.pdf', 'd.pdf']);

    await add('a.pdf', 'b.pdf', 'c.pdf', 'd.pdf', 'e.pdf');

    expect(attached()).toEqual(['a.pdf', 'c.pdf', 'e.pdf']);
    expect(failed()).toEqual(['b.pdf', 'd.pdf']);
    expect(isBusy.value).toBe(false);
  });

  it('that come while others are handed over wait for their turn', async () => {
    const { add, attached, asked } = attaching(['a.pdf']);

    await Promise.all([add('a.pdf', 'b.pdf'), add('c.pdf')]);

    expect(asked).toEqual(['a.pdf', 'b.pdf', 'c.pdf']);
    expect(attached()).toEqual(['b.pdf', 'c.pdf']);
  });

  it('that failed are forgotten when more are added, and when the message is gone', async () => {
    const { add, failed, attached, clear } = attaching(['a.pdf']);
    await add('a.pdf');

    await add('b.pdf');
    expect(failed()).toEqual([]);
    await add('a.pdf');
    expect(failed()).toEqual(['a.pdf']);
    clear();

    expect([failed(), attached()]).toEqual([[], []]);
  });

  it('that the program has forgotten are handed over again, and the message goes on', async () => {
    const { add, asked, attached, sendWith } = attaching();
    await add('a.pdf', 'b.pdf');
    const gone = new BridgeError({ kind: 'config', code: 'attachment.uploadGone', params: {} });
    const answers = [Promise.reject(gone), Promise.resolve('sent')];

    expect(await sendWith(() => answers.shift()!)).toBe('sent');

    expect(asked).toEqual(['a.pdf', 'b.pdf', 'a.pdf', 'b.pdf']);
    expect(attached()).toEqual(['a.pdf', 'b.pdf']);
  });

  it('stay as they are where something else is refused', async () => {
    const { add, asked, sendWith } = attaching();
    await add('a.pdf');
    const other = new BridgeError({ kind: 'config', code: 'message.noRecipient', params: {} });

    await expect(sendWith(() => Promise.reject(other))).rejects.toBe(other);

    expect(asked).toEqual(['a.pdf']);
  });
});
