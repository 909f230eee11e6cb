import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CollisionRule, SidecarFormat } from '#contract/model/cold-job';
import { createNameDesk, type NameDesk } from '#core/destinations/folder/name-desk';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function ask(
  desk: NameDesk,
  names: readonly string[],
  rule: CollisionRule = 'number',
  sidecar: SidecarFormat = 'none',
  folder = dir(),
): Promise<(string | null)[]> {
  const paths = await desk.reserve({ folder, names, rule, sidecar });
  return paths.map((path) => (path === null ? null : basename(path)));
}

const lay = (name: string) => writeFile(join(dir(), name), 'there');
const desk = () => createNameDesk(fakeClock());

describe('the rule "number"', () => {
  it('gives the wanted names where they are free', async () => {
    expect(await ask(desk(), ['a.pdf', 'b.pdf'])).toEqual(['a.pdf', 'b.pdf']);
  });

  it('numbers what is in the folder, and what it has given out itself', async () => {
    await lay('a.pdf');
    await lay('a (2).pdf');
    const one = desk();

    expect(await ask(one, ['a.pdf', 'a.pdf'])).toEqual(['a (3).pdf', 'a (4).pdf']);
    expect(await ask(one, ['a.pdf'])).toEqual(['a (5).pdf']);
  });

  it.each([
    ['A.PDF', 'a.pdf', 'a (2).pdf'],
    ['été.pdf', 'e\u0301te\u0301.pdf', 'été (2).pdf'],
    ['ÉTÉ.pdf', 'été.pdf', 'été (2).pdf'],
  ])('takes %j and %j for one name', async (there, wanted, given) => {
    await lay(there);

    expect(await ask(desk(), [wanted])).toEqual([given]);
  });

  it('takes two such names in one order apart', async () => {
    expect(await ask(desk(), ['a.pdf', 'A.pdf'])).toEqual(['a.pdf', 'A (2).pdf']);
  });

  it('gives a name again once COLD has eaten the file', async () => {
    await lay('a.pdf');
    const one = desk();
    await ask(one, ['b.pdf']);
    await rm(join(dir(), 'a.pdf'));

    expect(await ask(one, ['a.pdf'])).toEqual(['a.pdf']);
  });

  it('knows what it has given out itself until it is eaten', async () => {
    const one = desk();
    const [path] = await one.reserve({
      folder: dir(),
      names: ['a.pdf'],
      rule: 'number',
      sidecar: 'none',
    });
    await lay('a.pdf');
    one.release([path ?? '']);

    expect(await ask(one, ['a.pdf'])).toEqual(['a (2).pdf']);
  });

  it('gives a released name that was never used again', async () => {
    const one = desk();
    const [path] = await one.reserve({
      folder: dir(),
      names: ['a.pdf'],
      rule: 'number',
      sidecar: 'none',
    });
    one.release([path ?? '']);

    expect(await ask(one, ['a.pdf'])).toEqual(['a.pdf']);
  });

  it('sees after a second what strangers have put there', async () => {
    const clock = fakeClock();
    const one = createNameDesk(clock);
    await ask(one, ['other.pdf']);
    await lay('A.pdf');

    await clock.advance(1000);

    expect(await ask(one, ['a.pdf'])).toEqual(['a (2).pdf']);
  });

  it('counts a folder of that name as taken', async () => {
    await mkdir(join(dir(), 'a.pdf'));

    expect(await ask(desk(), ['a.pdf'])).toEqual(['a (2).pdf']);
  });

  it('gives a thousand documents of one name a thousand names', async () => {
    const names = await ask(
      desk(),
      Array.from({ length: 1000 }, () => 'scan.pdf'),
    );

    expect(new Set(names).size).toBe(1000);
    expect(names.at(-1)).toBe('scan (1000).pdf');
  });

  it('lets nothing out of the folder, whatever it is asked for', async () => {
    const paths = await desk().reserve({
      folder: dir(),
      names: ['../../x', 'CON.pdf', '/etc/passwd'],
      rule: 'number',
      sidecar: 'none',
    });

    expect(paths).toEqual(['x', '_CON.pdf', 'passwd'].map((name) => join(dir(), name)));
  });
});

describe('two launchers on one folder', () => {
  it('never get the same name, though COLD has just eaten what had it', async () => {
    await lay('a.pdf');
    const one = desk();
    await ask(one, ['c.pdf']);
    await rm(join(dir(), 'a.pdf'));

    const names = await Promise.all(Array.from({ length: 20 }, () => ask(one, ['a.pdf'])));

    expect(new Set(names.flat()).size).toBe(20);
  });

  it('never get the same name, though they ask at once', async () => {
    await lay('a.pdf');
    await lay('b.pdf');
    const one = desk();
    await ask(one, ['c.pdf']);

    const orders = Array.from({ length: 20 }, () => ask(one, ['a.pdf', 'b.pdf']));
    const names = (await Promise.all(orders)).flat();

    expect(new Set(names).size).toBe(40);
  });

  it('never get the same name, though they came by different paths', async () => {
    const alias = join(dir(), 'alias');
    const real = join(dir(), 'real');
    await mkdir(real);
    await symlink(real, alias);
    const one = desk();

    const names = await Promise.all([
      ask(one, ['a.pdf'], 'number', 'none', real),
      ask(one, ['a.pdf'], 'number', 'none', alias),
      ask(one, ['a.pdf'], 'number', 'none', join(real, '..', 'real')),
    ]);

    expect(names.flat().sort()).toEqual(['a (2).pdf', 'a (3).pdf', 'a.pdf']);
  });
});

describe('the rule "timestamp"', () => {
  it('adds the time only where the name is taken', async () => {
    await lay('a.pdf');

    const [a, b] = await ask(desk(), ['a.pdf', 'b.pdf'], 'timestamp');

    expect(a).toMatch(/^a \d{8}-\d{6}-\d{3}\.pdf$/u);
    expect(b).toBe('b.pdf');
  });
});

describe('the rule "refuse"', () => {
  it('gives nothing for a name that is taken, in the folder or on its way', async () => {
    await lay('a.pdf');

    expect(await ask(desk(), ['A.pdf', 'b.pdf', 'b.pdf'], 'refuse')).toEqual([null, 'b.pdf', null]);
  });
});

describe('the rule "replace"', () => {
  it('gives the name of what is in the folder', async () => {
    await lay('a.pdf');

    expect(await ask(desk(), ['a.pdf'], 'replace')).toEqual(['a.pdf']);
  });

  it('never lets one document on its way replace another', async () => {
    expect(await ask(desk(), ['a.pdf', 'a.pdf'], 'replace')).toEqual(['a.pdf', 'a (2).pdf']);
  });
});

describe('a document with a sidecar', () => {
  it('gets a name that is free for both', async () => {
    await lay('a.pdf.json');

    expect(await ask(desk(), ['a.pdf'], 'number', 'json')).toEqual(['a (2).pdf']);
  });

  it('keeps its sidecar from being the name of another document', async () => {
    const names = await ask(desk(), ['a.pdf', 'a.pdf.json'], 'number', 'json');

    expect(names).toEqual(['a.pdf', 'a.pdf (2).json']);
  });
});

describe('a folder that is away', () => {
  it('still gives names: delivering will say what is wrong', async () => {
    const away = join(dir(), 'away');

    const names = await ask(desk(), ['a.pdf', 'a.pdf'], 'number', 'none', away);

    expect(names).toEqual(['a.pdf', 'a (2).pdf']);
  });
});
