// A COLD job as a form; what it hands on to a service is a form of its own, because a job may hand on nothing.
import type { ForwardRule, Job } from '#contract/model/cold-job';
import type { z } from 'zod';
import type { FieldsFor } from './field.ts';
import { fieldsOf } from './make-field.ts';

type Plain = Pick<
  Job,
  'number' | 'name' | 'destination' | 'sidecar' | 'collision' | 'backPressure'
>;

const identity = fieldsOf('window.section.identity');
const destination = fieldsOf('window.section.destination');
const pressure = fieldsOf('window.section.backPressure');
const forward = fieldsOf('window.section.forward');

export const jobFields = {
  number: identity.number('job.number', {
    help: 'job.number',
    zero: 'window.zero.number',
    width: 'third',
  }),
  name: identity.text('job.name', { example: 'window.example.jobName' }),
  'destination.path': destination.local('job.destination.path', {
    help: 'job.destination.path',
    example: 'window.example.jobFolder',
    width: 'full',
  }),
  collision: destination.select('job.collision', 'collision', [
    'number',
    'timestamp',
    'replace',
    'refuse',
  ]),
  sidecar: destination.select('job.sidecar', 'sidecar', ['none', 'json', 'xml', 'csv', 'text'], {
    help: 'job.sidecar',
  }),
  'backPressure.maxWaitingFiles': pressure.number('job.backPressure.maxWaitingFiles', {
    help: 'job.backPressure.maxWaitingFiles',
    zero: 'window.zero.limit',
  }),
  'backPressure.minFreeBytes': pressure.size('job.backPressure.minFreeBytes', {
    help: 'job.backPressure.minFreeBytes',
  }),
} satisfies Omit<FieldsFor<Plain>, 'destination.kind'>;

export const forwardFields = {
  serviceId: forward.choice('forward.serviceId', 'service'),
  to: forward.list('forward.to', { help: 'forward.to', example: 'window.example.forwardTo' }),
  subject: forward.text('forward.subject', { help: 'forward.subject' }),
  text: forward.text('forward.text', { lines: 3, width: 'full' }),
} satisfies FieldsFor<z.infer<typeof ForwardRule>>;
