// A COLD job as a form.
import type { Job } from '#contract/model/cold-job';
import type { Field, LeafPath } from './field.ts';

type Plain = Pick<
  Job,
  'number' | 'name' | 'destination' | 'sidecar' | 'collision' | 'backPressure'
>;

const identity = 'window.section.identity';
const destination = 'window.section.destination';
const pressure = 'window.section.backPressure';

export const jobFields = {
  number: {
    kind: 'number',
    label: 'window.field.job.number',
    help: 'window.help.job.number',
    zero: 'window.zero.number',
    section: identity,
    width: 'third',
  },
  name: {
    kind: 'text',
    label: 'window.field.job.name',
    placeholder: 'cold facturesfournisseurs',
    section: identity,
    width: 'half',
  },
  'destination.path': {
    kind: 'folder',
    place: 'local',
    label: 'window.field.job.destination.path',
    help: 'window.help.job.destination.path',
    placeholder: '\\\\serveur\\ezged\\ocr\\wait\\factures',
    section: destination,
    width: 'full',
  },
  collision: {
    kind: 'select',
    label: 'window.field.job.collision',
    options: [
      { value: 'number', label: 'window.option.collision.number' },
      { value: 'timestamp', label: 'window.option.collision.timestamp' },
      { value: 'replace', label: 'window.option.collision.replace' },
      { value: 'refuse', label: 'window.option.collision.refuse' },
    ],
    section: destination,
    width: 'half',
  },
  sidecar: {
    kind: 'select',
    label: 'window.field.job.sidecar',
    help: 'window.help.job.sidecar',
    options: [
      { value: 'none', label: 'window.option.sidecar.none' },
      { value: 'json', label: 'window.option.sidecar.json' },
      { value: 'xml', label: 'window.option.sidecar.xml' },
      { value: 'csv', label: 'window.option.sidecar.csv' },
      { value: 'text', label: 'window.option.sidecar.text' },
    ],
    section: destination,
    width: 'half',
  },
  'backPressure.maxWaitingFiles': {
    kind: 'number',
    label: 'window.field.job.backPressure.maxWaitingFiles',
    help: 'window.help.job.backPressure.maxWaitingFiles',
    zero: 'window.zero.limit',
    section: pressure,
    width: 'half',
  },
  'backPressure.minFreeBytes': {
    kind: 'size',
    label: 'window.field.job.backPressure.minFreeBytes',
    help: 'window.help.job.backPressure.minFreeBytes',
    section: pressure,
    width: 'half',
  },
} satisfies Record<Exclude<LeafPath<Plain>, 'destination.kind'>, Field>;
