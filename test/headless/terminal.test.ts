import { describe, expect, it } from 'vitest';
import { createProcessTerminal } from '../../src-main/headless/terminal/process-terminal.ts';
import { tableLines } from '../../src-main/headless/terminal/table.ts';
import { eventually } from '../helpers/eventually.ts';
import { fakeStreams } from './fake-terminal.ts';

function terminalOf(given: Parameters<typeof fakeStreams>[0] = {}, quiet = false) {
  const streams = fakeStreams(given);
  const stopping = new AbortController();
  const options = { quiet, plain: false, signal: stopping.signal };
  return { streams, stopping, terminal: createProcessTerminal(streams, options) };
}

describe('what is written', () => {
  it('goes to stdout when it is a result, and to stderr otherwise', () => {
    const { streams, terminal } = terminalOf();
    terminal.result('résultat');
    terminal.note('note');
    terminal.problem('problème');

    expect(streams.out()).toBe('résultat\n');
    expect(streams.err()).toBe('note\nproblème\n');
  });

  it('loses only the notes when quiet is wanted', () => {
    const { streams, terminal } = terminalOf({}, true);
    terminal.result('résultat');
    terminal.note('note');
    terminal.problem('problème');

    expect([streams.out(), streams.err()]).toEqual(['résultat\n', 'problème\n']);
  });

  it('cannot command the terminal, whatever a file name brings', () => {
    const { streams, terminal } = terminalOf();
    terminal.result('a\u001b[2Jb\u0007c\u202efdp.exe\nd');

    expect(streams.out()).toBe('a [2Jb c fdp.exe d\n');
  });
});

describe('what is typed', () => {
  it('is not listened for before somebody asks', () => {
    const { stdout, stderr } = fakeStreams();
    let opened = 0;
    const streams = {
      ...{ stdout, stderr },
      get stdin() {
        opened += 1;
        return fakeStreams().stdin;
      },
    };
    const { signal } = new AbortController();
    const terminal = createProcessTerminal(streams, { quiet: false, plain: false, signal });
    terminal.result('résultat');

    expect(opened).toBe(0);
    void terminal.readInput(10);
    expect(opened).toBeGreaterThan(0);
  });
});

describe('live lines', () => {
  it('are there only where somebody watches', () => {
    expect(terminalOf().terminal.live).toBeNull();
    expect(terminalOf({ isTerminal: true }, true).terminal.live).toBeNull();
    expect(terminalOf({ isTerminal: true }).terminal.live).not.toBeNull();
  });

  it('take the place of those shown before', () => {
    const { streams, terminal } = terminalOf({ isTerminal: true });
    terminal.live?.show(['un', 'deux']);
    terminal.live?.show(['trois']);

    expect(streams.err()).toBe('un\ndeux\n\u001b[2A\r\u001b[Jtrois\n');
  });

  it('make room for a result, which stays', () => {
    const { streams, terminal } = terminalOf({ isTerminal: true });
    terminal.live?.show(['un']);
    terminal.result('fini');

    expect(streams.err()).toBe('un\n\u001b[1A\r\u001b[J');
    expect(streams.out()).toBe('fini\n');
  });

  it('never wrap, which would make them climb too little', () => {
    const { streams, terminal } = terminalOf({ isTerminal: true });
    terminal.live?.show(['é'.repeat(200)]);

    expect(streams.err()).toBe(`${'é'.repeat(78)}…\n`);
  });
});

describe('a secret that is asked for', () => {
  it('is typed without being shown', async () => {
    const { streams, terminal } = terminalOf({ isTerminal: true });
    const answer = terminal.askHidden?.('Secret : ');
    streams.stdin.write('pâsse\r');

    await expect(answer).resolves.toBe('pâsse');
    expect(streams.err()).toBe('Secret : \n');
    expect(streams.rawModes).toEqual([true, false]);
  });

  it('can be corrected', async () => {
    const { streams, terminal } = terminalOf({ isTerminal: true });
    const answer = terminal.askHidden?.('? ');
    streams.stdin.write('wrong\u0015abx\u007fc\r');

    await expect(answer).resolves.toBe('abc');
  });

  it('may be typed ahead of its question', async () => {
    const { streams, terminal } = terminalOf({ isTerminal: true });
    streams.stdin.write('one\rtwo\r');

    await expect(terminal.askHidden?.('1? ')).resolves.toBe('one');
    await expect(terminal.askHidden?.('2? ')).resolves.toBe('two');
  });

  it.each(['\u0003', 'half\u0003', '\u0004'])('can be refused by typing %j', async (keys) => {
    const { streams, terminal } = terminalOf({ isTerminal: true });
    const answer = terminal.askHidden?.('? ');
    streams.stdin.write(keys);

    await expect(answer).rejects.toMatchObject({ kind: 'cancelled' });
    expect(streams.rawModes).toEqual([true, false]);
  });

  it('is given up when somebody asks to stop', async () => {
    const { stopping, terminal } = terminalOf({ isTerminal: true });
    const answer = terminal.ask?.('? ');
    stopping.abort();

    await expect(answer).rejects.toMatchObject({ kind: 'cancelled', code: 'question.declined' });
  });

  it('is not asked for where nobody can type', () => {
    expect(terminalOf().terminal.askHidden).toBeNull();
  });

  it('is given up when the terminal is closed', async () => {
    const { streams, terminal } = terminalOf({ isTerminal: true });
    const answer = terminal.askHidden?.('? ');
    await eventually(() => streams.err() === '? ');
    streams.stdin.end();

    await expect(answer).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('standard input', () => {
  it('is read whole from a pipe', async () => {
    await expect(terminalOf({ input: 'é\nb\n' }).terminal.readInput(100)).resolves.toBe('é\nb\n');
  });

  it('is left alone when it is a terminal', async () => {
    await expect(terminalOf({ isTerminal: true }).terminal.readInput(100)).resolves.toBeNull();
  });

  it('is refused above its limit', async () => {
    const { terminal } = terminalOf({ input: 'x'.repeat(101) });

    await expect(terminal.readInput(100)).rejects.toMatchObject({ code: 'usage.inputTooLong' });
  });
});

describe('a table', () => {
  it('aligns its columns, accents of two characters included', () => {
    const rows = [
      ['e\u0301té', '5'],
      ['printemps', '10'],
    ];

    expect(tableLines(rows, { head: ['Nom', 'N°'], align: ['left', 'right'] })).toEqual([
      'Nom        N°',
      '─────────  ──',
      'e\u0301té         5',
      'printemps  10',
    ]);
  });
});
