// Bounded concurrency, first come first served, where each lane owns something reusable (its buffers): many
// small writes in flight keep the thread pool busy, and memory stays what the lanes own.

export interface Lanes<Tool> {
  run<T>(work: (tool: Tool) => Promise<T>): Promise<T>;
}

type Lane<Tool> = { readonly tool: Tool };

/** `width` works at once; a tool is made when a lane is used for the first time. */
export function createLanes<Tool>(width: number, makeTool: () => Tool): Lanes<Tool> {
  const free: Lane<Tool>[] = [];
  const waiting: ((lane: Lane<Tool>) => void)[] = [];
  let made = 0;

  const take = (): Lane<Tool> | Promise<Lane<Tool>> => {
    const lane = free.pop();
    if (lane !== undefined) return lane;
    if (made < width) {
      made += 1;
      return { tool: makeTool() };
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (lane: Lane<Tool>): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(lane);
    else next(lane);
  };

  return {
    async run(work) {
      const lane = await take();
      try {
        return await work(lane.tool);
      } finally {
        giveBack(lane);
      }
    },
  };
}
