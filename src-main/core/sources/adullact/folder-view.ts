// An Adullact launcher's folder as a folder launcher would see it: where its archive and its rejected lie, how it is tested.
import type { AdullactConfig } from '#contract/model/adullact-config';
import { FolderConfig } from '#contract/model/source-config';

export const folderView = ({ path, fate, rejectedFate }: AdullactConfig): FolderConfig =>
  FolderConfig.parse({ protocol: 'folder', path, recursive: true, fate, rejectedFate });
