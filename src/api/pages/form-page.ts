import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type App, appNamed } from '../../config/apps.js';
import { type ErrorCode, Refusal } from '../../errors.js';
import type { FormField, FormPage } from '../../feature.js';
import type { Translate, Translator } from '../../platform/phrases.js';
import { problemOfRefusal } from './form-problem.js';
import { type AskedField, formView, type FormView } from './form-view.js';
import { appNameOf, type FormValues, localeOf, valuesIn } from './form-values.js';
import { sendPage } from './page.js';
import type { PageLook } from './page-look.js';
import { isSameOrigin } from '../http/same-origin.js';

/** What the pages need of the server they are on. */
export interface FormSite {
  publicUrl: string;
  /** Where every page leads when it is done. From the settings alone: an address that a request could choose would be an open redirect. */
  apps: readonly App[];
  look: PageLook;
  username(page: FormPage, given: FormValues): Promise<string | null>;
  submit(page: FormPage, answer: Record<string, string>, request: FastifyRequest): Promise<unknown>;
}

/** The pages that links in mails open; `mailLink` makes the links. */
export function formPages(app: FastifyInstance, pages: FormPage[], site: FormSite): void {
  // Forms are parsed here and nowhere else: /graphql must not accept what a page of another site can send without a preflight.
  app.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: 8192 });
    const translatorOf = ({ path }: FormPage) => site.look.texts.translator(`pages.${path.slice(1)}`, 'pages.common');
    for (const page of pages) formRoute(scope, { ...page, site, translator: translatorOf(page) });
  });
}

type Page = FormPage & { site: FormSite; translator: Translator };

/**
 * GET shows the form and consumes nothing, since mail scanners open every link; POST acts. Works without JavaScript.
 */
function formRoute(app: FastifyInstance, page: Page): void {
  app.get(page.path, (request, reply) => {
    const given = valuesIn(page, request.query, (field) => field.from !== 'person');
    return showForm(page, request, reply, { given });
  });
  app.post(page.path, { bodyLimit: 8192 }, async (request, reply) => {
    if (!isSameOrigin(request, page.site.publicUrl)) return showNotice(page, request, reply, 403, 'foreign');
    const given = valuesIn(page, request.body, () => true);
    const missing = Object.keys(page.fields).some((name) => given[name] === undefined);
    if (missing) return showForm(page, request, reply, { given, status: 400 });
    try {
      await page.site.submit(page, given as Record<string, string>, request);
    } catch (error) {
      return showProblem(page, request, reply, given, error);
    }
    const t = page.translator.in(localeOf(request, page.site.look.texts));
    return send(page, request, reply, {
      heading: t('done'),
      text: t('next'),
      continueLink: continueLink(page.site, request, t),
      note: page.site.apps.length > 0 ? undefined : t('close'),
    });
  });
}

function continueLink({ apps, look }: FormSite, request: FastifyRequest, t: Translate): FormView['continueLink'] {
  const app = appNamed(apps, appNameOf(request));
  return app && { href: app.url, label: t('goOn', { product: look.branding.name }) };
}

/** No other attempt can succeed, so the form is not shown again. */
const FINAL = new Set<ErrorCode>(['CHALLENGE_EXPIRED', 'TOO_MANY_ATTEMPTS', 'EMAIL_TAKEN', 'ACCOUNT_SUSPENDED']);
function showProblem(
  page: Page,
  request: FastifyRequest,
  reply: FastifyReply,
  given: FormValues,
  error: unknown,
): FastifyReply | Promise<FastifyReply> {
  const refusal = error instanceof Refusal ? error : new Refusal('INTERNAL_SERVER_ERROR', { cause: error });
  if (refusal !== error) request.log.error({ err: error }, 'a mail link page failed');
  const { retryAfter } = refusal.extensions;
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  const locale = localeOf(request, page.site.look.texts);
  const t = page.translator.in(locale);
  const problem = problemOfRefusal(refusal, page.translator, locale);
  const { status } = refusal;
  if (isFinal(page, refusal.code))
    return send(page, request, reply, {
      status,
      heading: t('problems.title'),
      ...problem,
      continueLink: continueLink(page.site, request, t),
    });
  // A wrong code or password is asked for again, never echoed into the page.
  const kept = Object.fromEntries(
    Object.entries(page.fields)
      .filter(([, field]) => keeps(field, refusal.code))
      .map(([name]) => [name, given[name]]),
  );
  return showForm(page, request, reply, { given: kept, ...problem, status });
}

/** A code that only the link holds cannot be typed again. */
function isFinal({ fields }: Page, code: ErrorCode): boolean {
  const typed = Object.values(fields).some(({ from }) => from === 'either');
  return FINAL.has(code) || (code === 'INVALID_CODE' && !typed);
}

function keeps(field: FormField, code: ErrorCode): boolean {
  return field.from === 'link' || (field.from === 'either' && code !== 'INVALID_CODE');
}

async function showForm(
  page: Page,
  request: FastifyRequest,
  reply: FastifyReply,
  { given, status, ...trouble }: { given: FormValues; problem?: string; hints?: string[]; status?: number },
): Promise<FastifyReply> {
  const fields = Object.entries(page.fields);
  const cut = fields.some(([name, { from }]) => from === 'link' && given[name] === undefined);
  if (cut) return showNotice(page, request, reply, 400, 'incomplete');
  const locale = localeOf(request, page.site.look.texts);
  const t = page.translator.in(locale);
  const app = appNameOf(request);
  const carried = [{ name: 'lang', value: locale }];
  // Our own links hold only known names; anything else is not written into a page.
  if (page.site.apps.some(({ name }) => name === app)) carried.push({ name: 'app', value: app ?? '' });
  const asked: AskedField[] = [];
  for (const [name, { from, label = 'code', type = 'text', autocomplete, inputmode }] of fields) {
    const value = from === 'person' ? undefined : given[name];
    if (value === undefined) asked.push({ name, label: t(label), type, autocomplete, inputmode });
    else carried.push({ name, value });
  }
  const username = await page.site.username(page, given).catch((error: unknown) => {
    // The form works without the address.
    request.log.warn({ err: error }, 'the address of an account could not be read');
    return null;
  });
  return send(page, request, reply, {
    status,
    ...trouble,
    heading: t('title'),
    text: t('text'),
    // Relative, so that it also holds under a PUBLIC_URL with a path.
    form: {
      action: page.path.slice(page.path.lastIndexOf('/') + 1),
      button: t('button'),
      carried,
      username: username ? { label: t('email'), value: username } : undefined,
      asked,
    },
  });
}

function showNotice(
  page: Page,
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  notice: 'incomplete' | 'foreign',
): FastifyReply {
  const t = page.translator.in(localeOf(request, page.site.look.texts));
  return send(page, request, reply, { status, heading: t(`${notice}.title`), text: t(`${notice}.text`) });
}

function send(
  page: Page,
  request: FastifyRequest,
  reply: FastifyReply,
  { status = 200, ...shown }: FormView & { status?: number | undefined },
): FastifyReply {
  const locale = localeOf(request, page.site.look.texts);
  // A screen reader reads the title first, so a problem must be in it.
  const trouble = shown.problem && shown.form ? `${page.translator.in(locale)('problems.title')} – ` : '';
  return sendPage(reply, page.site.look, {
    status,
    lang: locale,
    title: trouble + shown.heading,
    body: formView(shown),
  });
}
