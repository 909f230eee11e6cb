// How much room V8 gives short-lived objects, read by a process of its own, for its settings are a whole process's.

/** JavaScript: `lookAtYoungSpace()` tells MB, after a million objects that do not survive. */
export const LOOK_AT_YOUNG_SPACE = `
  function lookAtYoungSpace() {
    const { getHeapSpaceStatistics } = process.getBuiltinModule('node:v8');
    const found = [];
    // Read in the midst of a collection it is more: the least of many is what it is.
    for (let look = 0; look < 50; look += 1) {
      let kept = [];
      for (let i = 0; i < 2e4; i += 1) kept.push([i]);
      const young = getHeapSpaceStatistics().find((one) => one.space_name === 'new_space');
      found.push(young.space_used_size + young.space_available_size);
    }
    return Math.round(Math.min(...found) / 1048576);
  }`;
