// Lets a fake clock run until something is over that also waits for the real world.
import { eventually } from './eventually.ts';
import type { fakeClock } from './fake-clock.ts';

export async function passing<T>(
  clock: Pick<ReturnType<typeof fakeClock>, 'advance'>,
  work: Promise<T>,
  stepMs = 500,
): Promise<T> {
  let isOver = false;
  const ended = work.finally(() => (isOver = true));
  ended.catch(() => undefined);
  const step = async (): Promise<boolean> => {
    await clock.advance(stepMs);
    return isOver;
  };
  // A minute of silence is over a hundred steps, and the machine may have others to serve.
  await eventually(step, { withinMs: 20_000 });
  return await ended;
}
