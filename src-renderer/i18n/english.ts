// English sentences, as one tree.
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
} from '../../resources/locales/en.json';
import window from '../../resources/locales/window/en.json';

export const english = {
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
