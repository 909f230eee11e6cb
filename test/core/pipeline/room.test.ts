import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JobId } from '#contract/ids';
import { Job } from '#contract/model/cold-job';
import type { Capacity, Destination } from '#core/destinations/destination';
import { createRoom, createRoomBook } from '#core/pipeline/room';

const jobId = JobId.parse('j');
const signal = new AbortController().signal;

/** A folder that has room for so much; `put` fills it. */
function folder(limit: { files?: number; bytes?: number }) {
  let files = 0;
  let bytes = 0;
  let closed: Capacity | undefined;
  const job = Job.parse({
    ...{ id: jobId, name: 'job', createdAt: '', changedAt: '' },
    destination: { kind: 'folder', path: '/out' },
  });
  const capacity = (): Promise<Capacity> =>
    Promise.resolve(
      closed ?? {
        accepting: true,
        roomFiles: limit.files === undefined ? null : limit.files - files,
        roomBytes: limit.bytes === undefined ? null : limit.bytes - bytes,
      },
    );
  return {
    destination: { job, capacity } as unknown as Destination,
    put: (count: number, sizeBytes = 0) => {
      files += count;
      bytes += sizeBytes;
    },
    close: (reason: Extract<Capacity, { accepting: false }>['reason']) => {
      closed = { accepting: false, reason };
    },
    files: () => files,
  };
}

const roomOf = (one: { destination: Destination }, book = createRoomBook()) =>
  createRoom(new Map([[jobId, one.destination]]), book);

const takeAll = (room: ReturnType<typeof roomOf>, wanted: number, sizeBytes = 0): number => {
  let taken = 0;
  while (taken < wanted && room.take(jobId, sizeBytes) === undefined) taken += 1;
  return taken;
};

describe('room', () => {
  it('lets in as many documents as there is room for, and says why no more', async () => {
    const room = roomOf(folder({ files: 3 }));
    await room.measure(signal);

    expect(takeAll(room, 10)).toBe(3);
    expect(room.take(jobId, 0)).toMatchObject({ kind: 'transient', code: 'job.full' });
  });

  it('stops at the bytes that the volume must keep free', async () => {
    const room = roomOf(folder({ bytes: 100 }));
    await room.measure(signal);

    expect(takeAll(room, 10, 40)).toBe(2);
    const minFreeBytes = 100 * 1024 * 1024;
    const params = { freeBytes: minFreeBytes + 20, minFreeBytes, neededBytes: 40 };
    expect(room.take(jobId, 40)).toMatchObject({ code: 'disk.noRoom', params });
    expect(room.take(jobId, 20)).toBeUndefined();
  });

  it('takes nothing where the volume has less than it must keep, not even an empty document', async () => {
    const room = roomOf(folder({ bytes: -1 }));
    await room.measure(signal);

    expect(room.take(jobId, 0)).toMatchObject({ code: 'disk.noRoom' });
  });

  it('gives the reason of a job that takes nothing', async () => {
    const away = folder({});
    const reason = { kind: 'transient', code: 'target.away', params: {} } as const;
    away.close(reason);
    const room = roomOf(away);
    await room.measure(signal);

    expect(room.take(jobId, 1)).toBe(reason);
  });

  it('goes on when the job has eaten', async () => {
    const out = folder({ files: 2 });
    const room = roomOf(out);
    await room.measure(signal);
    out.put(takeAll(room, 10));
    await room.measure(signal);
    expect(takeAll(room, 10)).toBe(0);

    out.put(-2);
    await room.measure(signal);

    expect(takeAll(room, 10)).toBe(2);
  });

  it('is not filled twice by two runs that measured at the same time', async () => {
    const out = folder({ files: 5 });
    const book = createRoomBook();
    const [one, other] = [roomOf(out, book), roomOf(out, book)];
    await Promise.all([one.measure(signal), other.measure(signal)]);

    expect([takeAll(one, 3), takeAll(other, 10)]).toEqual([3, 2]);
  });

  it('is given back by a run that ends without delivering', async () => {
    const out = folder({ files: 5 });
    const book = createRoomBook();
    const one = roomOf(out, book);
    await one.measure(signal);
    takeAll(one, 5);
    one.release();
    const other = roomOf(out, book);
    await other.measure(signal);

    expect(takeAll(other, 10)).toBe(5);
  });

  it('never overshoots, however runs measure, take, deliver and end', async () => {
    const step = fc.record({
      run: fc.nat(2),
      what: fc.constantFrom('measure', 'take', 'deliver', 'eat', 'end'),
      count: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const out = folder({ files: 6 });
        const book = createRoomBook();
        const begin = () => ({ room: roomOf(out, book), pending: 0 });
        const runs = [begin(), begin(), begin()];
        for (const { room } of runs) await room.measure(signal);
        const deliver = (run: { pending: number }): void => {
          out.put(run.pending);
          run.pending = 0;
        };
        for (const { run: index, what, count } of steps) {
          const run = runs[index]!;
          if (what === 'measure') {
            // A run measures when what it took before lies in the folder.
            deliver(run);
            await run.room.measure(signal);
          } else if (what === 'take') run.pending += takeAll(run.room, count);
          else if (what === 'deliver') deliver(run);
          else if (what === 'eat') out.put(-Math.min(count, out.files()));
          else {
            deliver(run);
            run.room.release();
            runs[index] = begin();
            await runs[index].room.measure(signal);
          }
          expect(out.files()).toBeLessThanOrEqual(6);
        }
      }),
    );
  });
});
