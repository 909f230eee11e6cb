// French sentences: of the shared file only the sections the window needs; the module is the tree.
export {
  adminLetter,
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
export { default as window } from '../../resources/locales/window/fr.json';
