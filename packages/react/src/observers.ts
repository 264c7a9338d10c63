/** Those who want to hear of a change. `first` is called when there is one, and what it gives when there is none any more. */
export function createObservers(first: () => () => void) {
  const listeners = new Set<() => void>();
  let stop = () => {};
  return {
    subscribe(listener: () => void): () => void {
      if (listeners.size === 0) stop = first();
      listeners.add(listener);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) stop();
      };
    },
    tell: () => listeners.forEach((listener) => listener()),
    isEmpty: () => listeners.size === 0,
  };
}
