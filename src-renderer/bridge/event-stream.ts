// Server-sent events over fetch, because an EventSource cannot carry the key. Ends when the line is cut or falls silent:
// the core sends a heartbeat every 15 s.
export type ServerEvent = { readonly name: string; readonly data: string };

const SILENCE_MS = 40_000;

/** Reads until the stream ends; rejects when it breaks, or says nothing for too long. */
export async function readEvents(
  body: ReadableStream<BufferSource>,
  onEvent: (event: ServerEvent) => void,
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.read());
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const event of blocks.map(parseBlock)) if (event !== undefined) onEvent(event);
    }
  } finally {
    // A line that fell silent is given up, or it stays open beside the next one. What is broken already cannot be closed.
    reader.cancel().catch(() => undefined);
  }
}

/** Undefined for comments and for blocks without data. */
export function parseBlock(block: string): ServerEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const;
    }),
  );
  const data = fields.get('data');
  return data === undefined ? undefined : { name: fields.get('event') ?? 'message', data };
}

async function withinSilence<T>(read: Promise<T>): Promise<T> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    silence.reject(new Error('silent'));
  }, SILENCE_MS);
  try {
    return await Promise.race([read, silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}
