import type { Sallyport } from './sallyport.js';

/** Calls back when another user signs in, or no user is signed in any more: what was read for the former one must go. */
export function onUserChange({ getState, onChange }: Sallyport, changed: () => void): () => void {
  const idIn = (state: ReturnType<typeof getState>) => (state.status === 'signedIn' ? state.user.id : null);
  let former = idIn(getState());
  return onChange((state) => {
    const present = idIn(state);
    if (former !== null && present !== former) changed();
    former = present;
  });
}
