import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/settings.js';
import type { Clock } from '../../platform/clock.js';
import { locales } from '../../platform/mail/phrases.js';
import { productName } from '../../platform/mail/product-name.js';
import { renderMail } from '../../platform/mail/render.js';
import { type MailName, TEMPLATES } from '../../platform/mail/templates.js';
import type { OutgoingMail } from '../../platform/mail/transport.js';
import { mailRoutes } from './dev-mailbox.js';

interface PreviewNeeds {
  config: Pick<Config, 'mailFrom' | 'publicUrl' | 'appUrl'>;
  clock: Clock;
}

/** Every mail there is, in every language, with its sample: to look at while writing one. In development only. */
export function mailPreviewRoutes(app: FastifyInstance, { config, clock }: PreviewNeeds): void {
  const product = productName(config);
  const list = () =>
    (Object.keys(TEMPLATES) as MailName[]).flatMap((template) =>
      locales.map((locale): OutgoingMail => {
        const { sample: params } = TEMPLATES[template];
        const mail = renderMail({ template, locale, product, params, appUrl: config.appUrl });
        const row = { id: `${template}.${locale}`, to: 'ada@example.com', template, locale, at: clock.now() };
        return Object.assign(mail, row);
      }),
    );
  mailRoutes(app, {
    mailbox: { list, find: (id) => list().find((mail) => mail.id === id) },
    name: 'mails',
    title: 'Every mail',
    about: 'What this server can send, in every language, filled with samples.',
    empty: '',
  });
}
