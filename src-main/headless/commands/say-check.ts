// A step of a check as text: a mark, what was tried and found, how long it took, and what is wrong.
import type { CheckStep } from '#contract/model/check';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';

export function stepLines(step: CheckStep, texts: Texts): string[] {
  const { mark, tried, took, trouble } = stepWords(step, texts);
  return [`${mark} ${tried} (${took})`, ...(trouble === '' ? [] : [`  ${trouble}`])];
}

export function stepWords(step: CheckStep, texts: Texts) {
  const { ok, warning, error, params } = step;
  const trouble = error ?? (warning === null ? null : { code: warning, params });
  return {
    mark: ok ? (warning === null ? '✓' : '⚠') : '✗',
    tried: ofJob(step, texts) + texts.say(`check.${step.step}`) + found(step, texts),
    took: texts.formats.duration(step.durationMs),
    trouble: trouble === null ? '' : sayReason(texts, trouble),
  };
}

/** What a step that passed has to tell: the certificate, the number of messages. */
function found({ step, ok, params }: CheckStep, texts: Texts): string {
  const key = `checkFound.${step}`;
  if (!ok || !texts.has(key, params)) return '';
  return texts.say('cli.check.found', { found: texts.say(key, params) });
}

/** Which COLD job is meant, where several are tried. */
function ofJob({ params }: CheckStep, texts: Texts): string {
  return params['job'] === undefined ? '' : texts.say('cli.check.ofJob', params);
}
