import type { MailView, ViewBlock } from './layout.js';
import { htmlLayout, textLayout } from './layout.js';
import type { Locale } from '../locales.js';
import type { Translate } from '../phrases.js';
import type { Branding } from '../branding.js';
import type { Texts } from '../texts.js';
import type { Block } from './blocks.js';
import type { MailDefinition } from './define-mail.js';
import { plainWords } from './plain-words.js';

export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
  /** The mail's one-time code and link, for the development log and the dev mailbox. */
  code: string | undefined;
  link: string | undefined;
}

export interface ToRender<Params extends object> {
  mail: MailDefinition<Params>;
  params: NoInfer<Params>;
  locale: Locale;
  branding: Branding;
  texts: Texts;
  /** Where users sign in, from the settings alone. */
  appUrl?: string | undefined;
}

/** Renders a mail in one language. Throws on a phrase that does not exist and on a link that is not http(s). */
export function renderMail<Params extends object>({
  mail,
  params,
  locale,
  branding,
  texts,
  appUrl,
}: ToRender<Params>): RenderedMail {
  const blocks = mail.blocks(params, { appUrl });
  const phrase = texts.translator(`mails.${mail.name}`, 'mails.common').in(locale);
  const t: Translate = (key, values) => phrase(key, { product: branding.name, ...values });
  const view: MailView = {
    locale,
    subject: t('subject'),
    footer: t('layout.footer'),
    openLink: t('layout.openLink'),
    logo: branding.logo === undefined ? undefined : { src: branding.logo, alt: branding.name },
    support: branding.support && { label: t('layout.support'), ...branding.support },
    palette: branding.palette,
    blocks: blocks.map((block) => fill(block, locale, t)),
  };
  return {
    subject: view.subject,
    html: htmlLayout(view),
    text: textLayout(view),
    code: blocks.find((block) => block.kind === 'code')?.code,
    link: blocks.find((block) => block.kind === 'button')?.href,
  };
}

function fill(block: Block, locale: Locale, t: Translate): ViewBlock {
  switch (block.kind) {
    case 'greeting': {
      const name = plainWords(block.name);
      return { kind: 'greeting', text: name ? t('layout.helloName', { name }) : t('layout.hello') };
    }
    case 'code':
      return { kind: 'code', label: t('layout.code'), code: block.code };
    case 'button':
      if (!/^https?:\/\//.test(block.href)) throw new Error('a link in a mail must be http or https');
      return { kind: 'button', label: t(block.key), href: block.href };
    case 'facts':
      return {
        kind: 'facts',
        rows: block.rows.map(({ key, text, at }) => ({
          label: t(`facts.${key}`),
          text: (at ? instant(at, locale) : plainWords(text)) ?? t('facts.unknown'),
        })),
      };
    case 'paragraph':
    case 'note':
      break;
  }
  return { kind: block.kind, text: t(block.key, block.values) };
}

/** In UTC, and labelled so: the reader's time zone is unknown here. */
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
