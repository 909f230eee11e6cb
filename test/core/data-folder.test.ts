import { describe, expect, it } from 'vitest';
import { dataFolder } from '#core/data-folder';

const place = (given: Partial<Parameters<typeof dataFolder>[0]>): string =>
  dataFolder({
    wanted: undefined,
    environment: { HOME: '/home/jean' },
    platform: 'linux',
    workingDir: '/srv',
    ...given,
  }).replaceAll('\\', '/');

describe('the data folder', () => {
  it('is the one named on the command line, from the working directory', () => {
    expect(place({ wanted: 'cold' })).toBe('/srv/cold');
  });

  it('is the one of the environment when the command line names none', () => {
    expect(place({ environment: { LANCEUR_DATA: '/var/lib/cold' } })).toBe('/var/lib/cold');
  });

  it('lies where the system keeps the data of programs', () => {
    const windows = { APPDATA: 'C:/Users/jean/AppData/Roaming' };

    expect(place({})).toBe('/home/jean/.local/share/lanceur-cold');
    expect(place({ platform: 'darwin' })).toBe(
      '/home/jean/Library/Application Support/LanceurCOLD',
    );
    expect(place({ platform: 'win32', environment: windows })).toBe(
      'C:/Users/jean/AppData/Roaming/LanceurCOLD',
    );
  });

  it('follows XDG_DATA_HOME, unless it is relative', () => {
    const home = { HOME: '/home/jean' };

    expect(place({ environment: { ...home, XDG_DATA_HOME: '/data' } })).toBe('/data/lanceur-cold');
    expect(place({ environment: { ...home, XDG_DATA_HOME: 'data' } })).toBe(
      '/home/jean/.local/share/lanceur-cold',
    );
  });
});
