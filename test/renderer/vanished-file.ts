// A file that was there when it was chosen, as Chromium shows it once it was deleted: empty, until the whole is read.
export const vanishedFile = (name: string): File =>
  Object.assign(new File([], name), {
    arrayBuffer: () => Promise.reject(new DOMException('not found', 'NotFoundError')),
  });
