import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readEvents } from '../../../src-renderer/bridge/event-stream.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe('the stream of events', () => {
  it('puts events together that come in pieces', async () => {
    const heard: unknown[] = [];
    const body = new ReadableStream<BufferSource>({
      start: (controller) => {
        controller.enqueue(bytes('event: a\ndata: {"x"'));
        controller.enqueue(bytes(':1}\n\n: beat\n\n'));
        controller.close();
      },
    });

    await readEvents(body, (event) => heard.push(event));

    expect(heard).toEqual([{ name: 'a', data: '{"x":1}' }]);
  });

  it('closes a line that fell silent, so that it does not stay open beside the next one', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let isClosed = false;
    const body = new ReadableStream<BufferSource>({
      cancel: () => {
        isClosed = true;
      },
    });
    const reading = expect(readEvents(body, () => undefined)).rejects.toThrow('silent');

    await vi.advanceTimersByTimeAsync(40_000);

    await reading;
    expect(isClosed).toBe(true);
  });
});
