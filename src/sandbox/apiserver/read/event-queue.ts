/** Lines on their way to one watching client. */
export interface EventQueue extends AsyncIterable<string> {
  push(line: string): void;
  /** No more lines; those that wait are still delivered. */
  end(): void;
}

/** A client that falls this far behind is cut off and has to list again, as Kubernetes does. */
const maximumWaiting = 20_000;

/**
 * A queue between writes, which never wait, and one reader.
 *
 * @param onClose called once, when the reader goes away or the queue ends.
 */
export function createEventQueue(onClose: () => void): EventQueue {
  const waiting: string[] = [];
  const state = { ended: false, closed: false, wake: (): void => undefined };
  const close = (): void => {
    if (state.closed) return;
    state.closed = true;
    onClose();
  };
  const end = (): void => {
    state.ended = true;
    close();
    state.wake();
  };
  const next = async (): Promise<IteratorResult<string, undefined>> => {
    for (;;) {
      const line = waiting.shift();
      if (line !== undefined) return { done: false, value: line };
      if (state.ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        state.wake = resolve;
      });
    }
  };
  return {
    push: (line) => {
      if (state.ended) return;
      if (waiting.length >= maximumWaiting) {
        waiting.length = 0;
        end();
        return;
      }
      waiting.push(line);
      state.wake();
    },
    end,
    [Symbol.asyncIterator]: () => ({
      next,
      return: () => {
        waiting.length = 0;
        end();
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
}
