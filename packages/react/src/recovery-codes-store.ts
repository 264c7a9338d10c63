import type { Sallyport } from '@sallyport/client';
import { createObservers } from './observers.js';

/** Codes that are shown once. The form that got them may be gone before its user has seen them. */
export function createRecoveryCodes(sallyport: Sallyport) {
  let codes: readonly string[] | null = null;
  let userId: string | null = null;
  const observers = createObservers(() => () => {});

  function set(next: readonly string[] | null): void {
    codes = next;
    observers.tell();
  }

  return {
    subscribe: observers.subscribe,
    get(): readonly string[] | null {
      const state = sallyport.getState();
      return state.status === 'signedIn' && state.user.id === userId ? codes : null;
    },
    keep(next: readonly string[] | null): void {
      const state = sallyport.getState();
      if (!next || state.status !== 'signedIn') return;
      userId = state.user.id;
      set(next);
      const end = sallyport.onChange((state) => {
        if (state.status === 'signedIn' && state.user.id === userId) return;
        end();
        set(null);
      });
    },
    dismiss: () => set(null),
  };
}
