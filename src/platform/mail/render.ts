import type { MailView, ViewBlock } from './layout.js';
import { htmlLayout, textLayout } from './layout.js';
import { type Locale, translator, type Translate } from './phrases.js';
import { plainWords } from './plain-words.js';
import type { Block, MailTemplate } from './template.js';
import { type MailName, type MailParams, TEMPLATES } from './templates.js';

export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
  /** The one-time code and the link inside, for the development log and the dev mailbox. */
  code: string | undefined;
  link: string | undefined;
}

export interface ToRender<Name extends MailName> {
  template: Name;
  params: MailParams<Name>;
  locale: Locale;
  /** What the reader knows the service by: operator's words, from MAIL_FROM or PUBLIC_URL. */
  product: string;
  /** Where people sign in, from APP_URL alone. */
  appUrl?: string | undefined;
}

/** Writes a mail in one language. Throws on a phrase that does not exist and on a link that is not http(s). */
export function renderMail<Name extends MailName>({
  template,
  params,
  locale,
  product,
  appUrl,
}: ToRender<Name>): RenderedMail {
  const { blocks: describe } = TEMPLATES[template] as unknown as MailTemplate<MailParams<Name>>;
  const blocks = describe(params, { appUrl });
  const phrase = translator(locale);
  const say: Translate = (key, values) => phrase(`mails.${key}`, { product, ...values });
  const view: MailView = {
    locale,
    subject: say(`${template}.subject`),
    footer: say('layout.footer'),
    openLink: say('layout.openLink'),
    blocks: blocks.map((block) => fill(block, template, locale, say)),
  };
  return {
    subject: view.subject,
    html: htmlLayout(view),
    text: textLayout(view),
    code: blocks.find((block) => block.kind === 'code')?.code,
    link: blocks.find((block) => block.kind === 'button')?.href,
  };
}

function fill(block: Block, template: string, locale: Locale, say: Translate): ViewBlock {
  switch (block.kind) {
    case 'greeting': {
      const name = plainWords(block.name);
      return { kind: 'greeting', text: name ? say('layout.helloName', { name }) : say('layout.hello') };
    }
    case 'code':
      return { kind: 'code', label: say('layout.code'), code: block.code };
    case 'button':
      if (!/^https?:\/\//.test(block.href)) throw new Error(`${template}: a link in a mail must be http or https`);
      return { kind: 'button', label: say(`${template}.${block.key}`), href: block.href };
    case 'facts':
      return {
        kind: 'facts',
        rows: block.rows.map(({ key, text, at }) => ({
          label: say(`facts.${key}`),
          text: (at ? instant(at, locale) : plainWords(text)) ?? say('facts.unknown'),
        })),
      };
    case 'say':
    case 'note':
      break;
  }
  return { kind: block.kind, text: say(`${template}.${block.key}`, block.values) };
}

/** In UTC and saying so: the reader's time zone is not known here. */
function instant(iso: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, INSTANT).format(new Date(iso));
}

const INSTANT: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'long',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZone: 'UTC',
  timeZoneName: 'short',
};
