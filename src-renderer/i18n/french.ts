// French sentences, as one tree.
import {
  check,
  checkFound,
  condition,
  counts,
  errors,
  filter,
  itemState,
  notice,
  outboxState,
  outcome,
  reasons,
  schedule,
  verdict,
} from '../../resources/locales/fr.json';
import window from '../../resources/locales/window/fr.json';

export const french = {
  check,
  checkFound,
  condition,
  counts,
  errors,
  filter,
  itemState,
  notice,
  outboxState,
  outcome,
  reasons,
  schedule,
  verdict,
  window,
};
