// A launcher on a folder of envelopes: Pastell, @CTES, Helios, Chorus Pro.
import type { AdullactConfig } from '#contract/model/adullact-config';
import type { FieldsFor } from '../field.ts';
import { folderFate, rejectedFate } from '../groups/fate-fields.ts';
import { fieldsOf, under } from '../make-field.ts';

const source = fieldsOf('window.section.source');
const envelope = fieldsOf('window.section.envelope');
const ready = fieldsOf('window.section.ready');
const caps = fieldsOf('window.section.envelopeLimits');

export const adullactForm = {
  path: source.local('folder.path', {
    help: 'adullact.path',
    example: 'window.example.envelopes',
    width: 'full',
  }),
  layout: envelope.select('adullact.layout', 'layout', ['folder', 'flat']),
  'envelope.bareInvoices': envelope.select('adullact.bareInvoices', 'bareInvoices', [
    'refuse',
    'chorus_fact',
    'own',
  ]),
  ...under('extract', {
    pes: envelope.toggle('adullact.extractPes', { help: 'adullact.extractPes' }),
    invoice: envelope.toggle('adullact.extractInvoice', { help: 'adullact.extractInvoice' }),
  }),
  ...under('envelope', {
    endMarker: ready.text('adullact.endMarker', { help: 'adullact.endMarker' }),
    metadataNames: ready.list('adullact.metadataNames', { help: 'adullact.metadataNames' }),
    requireMarker: ready.toggle('adullact.requireMarker'),
    strictFiles: ready.toggle('adullact.strictFiles', { help: 'adullact.strictFiles' }),
    missingWaitSeconds: ready.number('adullact.missingWaitSeconds', {
      unit: 'window.unit.seconds',
    }),
    unprovenQuietSeconds: ready.number('adullact.unprovenQuietSeconds', {
      help: 'adullact.unprovenQuietSeconds',
      unit: 'window.unit.seconds',
    }),
    ...under('limits', {
      maxActBytes: caps.size('adullact.maxActBytes', { width: 'third' }),
      maxPesBytes: caps.size('adullact.maxPesBytes', { width: 'third' }),
      maxArchiveBytes: caps.size('adullact.maxArchiveBytes', { width: 'third' }),
      maxMetadataBytes: caps.size('adullact.maxMetadataBytes', { width: 'third' }),
      maxFiles: caps.number('adullact.maxFiles', { width: 'third' }),
      maxRatio: caps.number('adullact.maxRatio', { help: 'adullact.maxRatio', width: 'third' }),
    }),
  }),
  ...folderFate,
  ...rejectedFate('local'),
} satisfies FieldsFor<AdullactConfig, 'protocol'>;
