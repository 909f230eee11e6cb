import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFileLogger, type FileLoggerOptions } from '#core/logging/file-logger';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

const DAY_MS = 86_400_000;

async function logging(options: Partial<FileLoggerOptions> = {}) {
  const folder = await tempDir();
  // Noon: the same day in every time zone that a test machine is likely to have.
  const clock = fakeClock('2026-01-05T12:00:00Z');
  const logger = createFileLogger({ folder, clock, ...options });
  onTestFinished(logger.close);
  const read = async (day: string): Promise<unknown[]> => {
    const text = await readFile(join(folder, `lanceur-${day}.log`), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
  };
  return { folder, clock, logger, read };
}

describe('the log file', () => {
  it('holds one object per line, with time, level, area and event', async () => {
    const { logger, read } = await logging();
    logger.child('imap').child('wire').log('warn', 'imap.silent', { seconds: 60 });
    logger.close();

    await expect(read('2026-01-05')).resolves.toEqual([
      {
        at: '2026-01-05T12:00:00.000Z',
        level: 'warn',
        area: 'imap.wire',
        event: 'imap.silent',
        seconds: 60,
      },
    ]);
  });

  it('leaves debug out unless it is wanted', async () => {
    const quiet = await logging();
    const loud = await logging({ level: 'debug' });
    for (const { logger } of [quiet, loud]) {
      logger.log('debug', 'detail');
      logger.log('info', 'news');
      logger.close();
    }

    await expect(quiet.read('2026-01-05')).resolves.toHaveLength(1);
    await expect(loud.read('2026-01-05')).resolves.toHaveLength(2);
  });

  it('never holds a secret', async () => {
    const { logger, read } = await logging({ level: 'debug' });
    logger.log('debug', 'x', { password: 'hunter2', message: 'LOGIN jean hunter2' });
    logger.close();

    expect(JSON.stringify(await read('2026-01-05'))).not.toContain('hunter2');
  });

  it('stays on one line whatever is logged', async () => {
    const { logger, read } = await logging();
    logger.log('info', 'x', { message: 'a\nb\u2028c' });
    logger.close();

    await expect(read('2026-01-05')).resolves.toHaveLength(1);
  });

  it('is a new one every day, and old ones go after fourteen days', async () => {
    const { folder, clock, logger } = await logging();
    await writeFile(join(folder, 'lanceur-2025-12-01.log'), 'old\n');
    await writeFile(join(folder, 'somebody-elses.log'), 'not ours\n');
    for (let day = 0; day < 20; day++) {
      logger.log('info', 'day', { day });
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(DAY_MS);
    }

    const names = (await readdir(folder)).sort();
    expect(names).toContain('somebody-elses.log');
    expect(names.filter((name) => name.startsWith('lanceur-'))).toHaveLength(15);
    expect(names[0]).toBe('lanceur-2026-01-10.log');
  });

  it.skipIf(process.platform === 'win32')('is readable by its owner alone', async () => {
    const { folder, logger } = await logging();
    logger.log('info', 'x');
    logger.close();

    expect((await stat(join(folder, 'lanceur-2026-01-05.log'))).mode & 0o777).toBe(0o600);
  });

  it('that cannot be written stops nobody, and is complained of once', async () => {
    const complaints: string[] = [];
    const { folder, logger } = await logging({ mirror: (line) => complaints.push(line) });
    await rm(folder, { recursive: true });

    logger.log('info', 'first');
    logger.close();
    logger.log('info', 'second');
    logger.close();

    expect(complaints.filter((line) => line.startsWith('log:'))).toHaveLength(1);
  });

  it('lets go of its file when it is closed, and writes what comes later all the same', async () => {
    const { folder, logger, read } = await logging();
    logger.log('info', 'early');
    logger.close();
    // Held open, the line to come would go to the file that is gone.
    await rm(join(folder, 'lanceur-2026-01-05.log'));

    logger.log('info', 'late');
    await new Promise((resolve) => setImmediate(resolve));

    await expect(read('2026-01-05')).resolves.toMatchObject([{ event: 'late' }]);
  });
});
