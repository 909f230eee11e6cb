// The program's settings as a form.
import type { Settings } from '#contract/model/settings';
import type { FieldsFor } from './field.ts';
import { fieldsOf, under } from './make-field.ts';

const program = fieldsOf('window.section.program');
const notify = fieldsOf('window.section.notify');
const keeping = fieldsOf('window.section.keeping');
const network = fieldsOf('window.section.network');

export const settingsFields = {
  language: program.select('settings.language', 'language', ['system', 'fr', 'en'], {
    help: 'settings.language',
  }),
  launchersAtOnce: program.number('settings.launchersAtOnce', { help: 'settings.launchersAtOnce' }),
  startAtLogin: program.toggle('settings.startAtLogin', {
    help: 'settings.startAtLogin',
    width: 'full',
  }),
  updates: program.toggle('settings.updates', { help: 'settings.updates', width: 'full' }),
  ...under('notify', {
    failures: notify.toggle('settings.notify.failures'),
    signIn: notify.toggle('settings.notify.signIn'),
    quarantine: notify.toggle('settings.notify.quarantine'),
    recovery: notify.toggle('settings.notify.recovery'),
  }),
  historyDays: keeping.number('settings.historyDays', {
    help: 'settings.historyDays',
    unit: 'window.unit.days',
    zero: 'window.zero.ever',
    width: 'third',
  }),
  logLevel: keeping.select('settings.logLevel', 'logLevel', ['error', 'warn', 'info', 'debug'], {
    help: 'settings.logLevel',
    width: 'third',
  }),
  logDays: keeping.number('settings.logDays', { unit: 'window.unit.days', width: 'third' }),
  ...under('proxy', {
    url: network.text('settings.proxy.url', {
      help: 'settings.proxy.url',
      placeholder: 'http://proxy.local:3128',
    }),
    except: network.text('settings.proxy.except', { help: 'settings.proxy.except' }),
  }),
} satisfies FieldsFor<Settings>;
