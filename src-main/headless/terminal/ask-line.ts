// One line typed by somebody; without echo for secrets: the terminal is in raw mode, so nothing is shown and
// nothing is kept by the shell's history.
import { AppError } from '../../core/errors.ts';
import type { Streams } from './process-terminal.ts';

type Ask = {
  readonly question: string;
  readonly hidden: boolean;
  /** A line that is shown leaves Ctrl+C to the system: it arrives as a signal, not as a key. */
  readonly signal: AbortSignal;
};

/** Somebody was asked and did not want to. */
export const declined = (): AppError => new AppError('cancelled', 'question.declined');

/** Rejects with AppError `question.declined` on Ctrl+C, Ctrl+D in an empty line, and when the input ends. */
export function askLine(
  { stdin, stderr }: Pick<Streams, 'stdin' | 'stderr'>,
  ask: Ask,
): Promise<string> {
  stderr.write(ask.question);
  stdin.setRawMode?.(ask.hidden);
  return new Promise<string>((resolve, reject) => {
    let typed = '';
    const finish = (end: () => void): void => {
      stdin.off('data', take);
      stdin.off('end', giveUp);
      ask.signal.removeEventListener('abort', giveUp);
      stdin.pause();
      if (ask.hidden) {
        stdin.setRawMode?.(false);
        stderr.write('\n');
      }
      end();
    };
    const giveUp = (): void => {
      finish(() => {
        reject(declined());
      });
    };
    const take = (chunk: Buffer | string): void => {
      const characters = Array.from(chunk.toString());
      for (const [index, character] of characters.entries()) {
        if (character === '\r' || character === '\n') {
          finish(() => {
            resolve(typed);
          });
          // Typed ahead, or pasted: the answer to the next question.
          const rest = characters.slice(index + 1).join('');
          if (rest !== '') stdin.unshift(rest);
          return;
        }
        if (character === CTRL_C || (character === CTRL_D && typed === '')) {
          giveUp();
          return;
        }
        typed = edited(typed, character);
      }
    };
    stdin.setEncoding('utf8');
    stdin.on('data', take);
    stdin.on('end', giveUp);
    ask.signal.addEventListener('abort', giveUp);
    stdin.resume();
    if (ask.signal.aborted) giveUp();
  });
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';

/** In raw mode the keys arrive as they are: erasing is up to us. */
function edited(typed: string, character: string): string {
  if (character === '\b' || character === '\u007f') return Array.from(typed).slice(0, -1).join('');
  if (character === CTRL_U) return '';
  return character < ' ' ? typed : typed + character;
}
