import { loadConfig } from '../../src/config/config.js';
import { type Branding, brandingOf } from '../../src/platform/branding.js';

/** What mails and pages look like with these settings. */
export function branded(settings: Record<string, string> = {}): Branding {
  return brandingOf(loadConfig({ MAIL_FROM: 'Example & Sons <no-reply@example.com>', ...settings }));
}
