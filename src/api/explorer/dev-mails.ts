import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/config.js';
import { type BrandingSettings, brandingOf } from '../../platform/branding.js';
import type { Clock } from '../../platform/clock.js';
import type { Texts } from '../../platform/texts.js';
import type { MailDefinition } from '../../platform/mail/define-mail.js';
import { renderMail } from '../../platform/mail/render.js';
import type { OutgoingMail } from '../../platform/mail/transport.js';
import type { PageLook } from '../pages/page-look.js';
import { mailRoutes } from './dev-mailbox.js';

interface PreviewNeeds {
  config: Pick<Config, 'apps'> & BrandingSettings;
  clock: Clock;
  texts: Texts;
  look: PageLook;
  mails: MailDefinition[];
}

/** Previews every mail in every language, with its sample, for those who write mails. In development only. */
export function mailPreviewRoutes(app: FastifyInstance, { config, clock, look, texts, mails }: PreviewNeeds): void {
  const branding = brandingOf(config);
  const list = () =>
    mails.flatMap((mail) =>
      texts.locales.all.map((locale): OutgoingMail => {
        const { name: template, sample: params } = mail;
        const rendered = renderMail({ mail, locale, branding, texts, params, appUrl: config.apps[0]?.url });
        const row = { id: `${template}.${locale}`, to: 'ada@example.com', template, locale, at: clock.now() };
        return Object.assign(rendered, row);
      }),
    );
  mailRoutes(app, {
    look,
    mailbox: { list, find: (id) => list().find((mail) => mail.id === id) },
    name: 'mails',
    title: 'Every mail',
    about: 'What this server can send, in every language, filled with samples.',
    empty: '',
  });
}
