import { useMemo, useSyncExternalStore } from 'react';
import { type Attempt, type Progress, useAttempts } from './attempt.js';
import { problemsOf } from './problems.js';
import type { Resource } from './resource-store.js';

export interface Listing extends Progress {
  /** It is on its way: for the first time, or anew. */
  loading: boolean;
  reload(): Promise<void>;
}

/** A list that all components share, and what this one does with it. */
export function useListing<Value>(resource: Resource<Value>): {
  value: Value | null;
  listing: Listing;
  attempt: Attempt;
} {
  const { value, loading, error } = useSyncExternalStore(resource.subscribe, resource.get, resource.getServerSnapshot);
  const { progress, attempt } = useAttempts();
  const listing = useMemo(() => {
    const shown = progress.error ?? error;
    return { ...progress, error: shown, problems: problemsOf(shown), loading, reload: resource.load };
  }, [progress, error, loading, resource]);
  return { value, listing, attempt };
}
