import Bowser from 'bowser';

/** `Firefox on macOS`; null where the user agent names neither browser nor system. */
export function deviceName(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const { browser, os } = Bowser.parse(userAgent);
  return [browser.name, os.name].filter(Boolean).join(' on ') || null;
}
