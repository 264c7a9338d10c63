import type { Sallyport } from '@sallyport/client';
import { useCallback } from 'react';
import { type Progress, useAttempts } from './attempt.js';
import { useSallyport } from './session.js';

export interface Operation<Args extends unknown[], Result> extends Progress {
  run(...args: Args): Promise<Result | null>;
  reset(): void;
}

/** Any operation of the client, with its progress: `useOperation((sallyport) => sallyport.deleteAccount())`. */
export function useOperation<Args extends unknown[], Result>(
  operation: (sallyport: Sallyport, ...args: Args) => Promise<Result>,
): Operation<Args, Result> {
  const sallyport = useSallyport();
  const { progress, attempt, reset } = useAttempts();
  return { ...progress, reset, run: (...args) => attempt(() => operation(sallyport, ...args)) };
}

/** `logout()` ends the session in every tab. What fails may have ended nothing: tell the user. */
export function useLogout(): Progress & { logout(): Promise<boolean> } {
  const sallyport = useSallyport();
  const { progress, attempt } = useAttempts();
  const logout = useCallback(
    async () => (await attempt(() => sallyport.logout().then(() => true))) === true,
    [sallyport, attempt],
  );
  return { ...progress, logout };
}
