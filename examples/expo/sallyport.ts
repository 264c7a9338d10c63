import { createSallyport } from '@sallyport/client';
import { deleteItemAsync, getItemAsync, setItemAsync } from 'expo-secure-store';
import { AppState } from 'react-native';

const KEY = 'sallyport';

export const sallyport = createSallyport({
  // Written out, since Expo puts the value in its place when it bundles.
  url: process.env.EXPO_PUBLIC_GATEWAY ?? 'http://localhost:4000',
  clientName: 'example-expo',
  storage: {
    get: () => getItemAsync(KEY),
    set: (refreshToken: string) => setItemAsync(KEY, refreshToken),
    delete: () => deleteItemAsync(KEY),
  },
});

/** When the app starts, and when it comes to the foreground. Offline the session stays: it is asked for again the next time. */
export function keepSession(): () => void {
  const renew = () => void sallyport.getAccessToken().catch(() => {});
  renew();
  const subscription = AppState.addEventListener('change', (state) => {
    if (state === 'active') renew();
  });
  return () => subscription.remove();
}
