// Bounded concurrency, first come first served, where each lane owns something reusable (its buffers): many
// small writes in flight keep the thread pool busy, and memory stays what the lanes own.

export interface Lanes<Tool> {
  run<T>(work: (tool: Tool) => Promise<T>): Promise<T>;
}

/** `width` works at once; a tool is made when a lane is used for the first time. */
export function createLanes<Tool>(width: number, makeTool: () => Tool): Lanes<Tool> {
  const free: Tool[] = [];
  const waiting: ((tool: Tool) => void)[] = [];
  let made = 0;

  const take = (): Tool | Promise<Tool> => {
    const tool = free.pop();
    if (tool !== undefined) return tool;
    if (made < width) {
      made += 1;
      return makeTool();
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (tool: Tool): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(tool);
    else next(tool);
  };

  return {
    async run(work) {
      const tool = await take();
      try {
        return await work(tool);
      } finally {
        giveBack(tool);
      }
    },
  };
}
