import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, Refusal } from '../../errors.js';
import { type Locale, translator, pickLocale, preferredLocale, type Translate } from '../../platform/mail/phrases.js';
import { type AskedField, linkView, type LinkView } from './link-view.js';
import { sendPage } from './page.js';
import { problemOf } from './link-problem.js';
import { isSameOrigin } from '../http/same-origin.js';

/** One page that a link in a mail opens. */
export interface LinkPage<Name extends string> {
  path: `/${string}`;
  /** Its phrases: `pages.<phrases>.title`, `.text`, `.button`, `.done`, `.next`. */
  phrases: string;
  fields: Record<Name, LinkField>;
  /** The address of the account whose password the page sets; null where the link is worth nothing any more. */
  username?(given: Partial<Record<Name, string>>): Promise<string | null>;
  /** Does it. Refusals are shown, and the form again where another try can succeed. */
  act(answer: Record<Name, string>, request: FastifyRequest): Promise<unknown>;
}

export interface LinkField {
  /** 'link': only the link can give it. 'either': asked for where the link does not hold it. 'person': always asked for. */
  from: 'link' | 'either' | 'person';
  /** Phrase of its label; for what can be asked for. */
  label?: string;
  /** Attributes of its input. */
  type?: 'text' | 'password';
  autocomplete?: 'one-time-code' | 'new-password';
  inputmode?: 'numeric';
}

export interface LinkSite {
  publicUrl: string;
  /** What every page leads to when it is done. From the settings alone: a target that a request could name would be an open redirect. */
  app: { url: string; product: string } | null;
}

/**
 * GET shows the form and consumes nothing, since mail scanners open every link; POST acts. Works without JavaScript.
 * The app must parse forms.
 */
export function formPage<Name extends string>(app: FastifyInstance, page: LinkPage<Name>, site: LinkSite): void {
  app.get(page.path, (request, reply) => {
    const given = answersIn(page, request.query, (field) => field.from !== 'person');
    return showForm(page, request, reply, { given });
  });
  app.post(page.path, { bodyLimit: 8192 }, async (request, reply) => {
    if (!isSameOrigin(request, site.publicUrl)) return showNotice(request, reply, 403, 'foreign');
    const given = answersIn(page, request.body, () => true);
    const missing = names(page).some((name) => given[name] === undefined);
    if (missing) return showForm(page, request, reply, { given, status: 400 });
    try {
      await page.act(given as Record<Name, string>, request);
    } catch (error) {
      return showProblem(page, site, request, reply, given, error);
    }
    const say = translator(localeOf(request));
    return send(request, reply, {
      heading: say(`pages.${page.phrases}.done`),
      text: say(`pages.${page.phrases}.next`),
      way: wayOn(site, say),
      note: site.app ? undefined : say('pages.close'),
    });
  });
}

function wayOn({ app }: LinkSite, say: Translate): LinkView['way'] {
  return app ? { href: app.url, label: say('pages.goOn', { product: app.product }) } : undefined;
}

type FormValues<Name extends string> = Partial<Record<Name, string>>;

/** No second try can succeed: the form is not shown again. */
const FINAL = new Set<ErrorCode>(['CHALLENGE_EXPIRED', 'TOO_MANY_ATTEMPTS', 'EMAIL_TAKEN', 'ACCOUNT_SUSPENDED']);
const STATUS: Partial<Record<ErrorCode, number>> = {
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

function showProblem<Name extends string>(
  page: LinkPage<Name>,
  site: LinkSite,
  request: FastifyRequest,
  reply: FastifyReply,
  given: FormValues<Name>,
  error: unknown,
): FastifyReply | Promise<FastifyReply> {
  const refusal = error instanceof Refusal ? error : new Refusal('INTERNAL_SERVER_ERROR', { cause: error });
  if (refusal !== error) request.log.error({ err: error }, 'a mail link page failed');
  const { retryAfter } = refusal.extensions;
  if (typeof retryAfter === 'number') reply.header('retry-after', retryAfter);
  const locale = localeOf(request);
  const say = translator(locale);
  const problem = problemOf(refusal, page.phrases, locale);
  const status = STATUS[refusal.code] ?? 400;
  if (isFinal(page, refusal.code))
    return send(request, reply, { status, heading: say('pages.problems.title'), ...problem, way: wayOn(site, say) });
  // A wrong code or password is asked for anew, never sent back into the page.
  const kept = Object.fromEntries(
    names(page)
      .filter((name) => keeps(page.fields[name], refusal.code))
      .map((name) => [name, given[name]]),
  );
  return showForm(page, request, reply, { given: kept as FormValues<Name>, ...problem, status });
}

/** A code that only the link holds cannot be typed anew. */
function isFinal<Name extends string>({ fields }: LinkPage<Name>, code: ErrorCode): boolean {
  const typed = Object.values<LinkField>(fields).some(({ from }) => from === 'either');
  return FINAL.has(code) || (code === 'INVALID_CODE' && !typed);
}

function keeps(field: LinkField, code: ErrorCode): boolean {
  return field.from === 'link' || (field.from === 'either' && code !== 'INVALID_CODE');
}

async function showForm<Name extends string>(
  page: LinkPage<Name>,
  request: FastifyRequest,
  reply: FastifyReply,
  { given, status, ...trouble }: { given: FormValues<Name>; problem?: string; hints?: string[]; status?: number },
): Promise<FastifyReply> {
  const { fields } = page;
  const cut = names(page).some((name) => fields[name].from === 'link' && given[name] === undefined);
  if (cut) return showNotice(request, reply, 400, 'incomplete');
  const locale = localeOf(request);
  const say = translator(locale);
  const carried = [{ name: 'lang', value: locale as string }];
  const asked: AskedField[] = [];
  for (const name of names(page)) {
    const { from, label = 'pages.code', type = 'text', autocomplete, inputmode } = fields[name];
    const value = from === 'person' ? undefined : given[name];
    if (value === undefined) asked.push({ name, label: say(label), type, autocomplete, inputmode });
    else carried.push({ name, value });
  }
  const username = await page.username?.(given).catch((error: unknown) => {
    // The form works without it.
    request.log.warn({ err: error }, 'the address of an account could not be read');
    return null;
  });
  return send(request, reply, {
    status,
    ...trouble,
    heading: say(`pages.${page.phrases}.title`),
    text: say(`pages.${page.phrases}.text`),
    // Relative, so that it also holds under a PUBLIC_URL with a path.
    form: {
      action: page.path.slice(page.path.lastIndexOf('/') + 1),
      button: say(`pages.${page.phrases}.button`),
      carried,
      username: username ? { label: say('pages.email'), value: username } : undefined,
      asked,
    },
  });
}

function showNotice(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  notice: 'incomplete' | 'foreign',
): FastifyReply {
  const say: Translate = translator(localeOf(request));
  return send(request, reply, { status, heading: say(`pages.${notice}.title`), text: say(`pages.${notice}.text`) });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { status = 200, ...shown }: LinkView & { status?: number | undefined },
): FastifyReply {
  const locale = localeOf(request);
  // The title is what a screen reader says first: a problem must be heard there.
  const trouble = shown.problem && shown.form ? `${translator(locale)('pages.problems.title')} – ` : '';
  return sendPage(reply, { status, lang: locale, title: trouble + shown.heading, body: linkView(shown) });
}

/** The language the link asks for, else the browser's. */
function localeOf(request: FastifyRequest): Locale {
  const lang = textIn(request.body, 'lang') ?? textIn(request.query, 'lang');
  return lang ? pickLocale(lang) : preferredLocale(request.headers['accept-language']);
}

function answersIn<Name extends string>(
  page: LinkPage<Name>,
  from: unknown,
  wanted: (field: LinkField) => boolean,
): FormValues<Name> {
  const found = names(page)
    .filter((name) => wanted(page.fields[name]))
    .map((name) => [name, textIn(from, name, page.fields[name].type === 'password')]);
  return Object.fromEntries(found) as FormValues<Name>;
}

/** One text, or nothing: `?code=1&code=2` and `code[]=1` arrive as something else (type confusion). */
function textIn(from: unknown, name: string, verbatim = false): string | undefined {
  const value =
    typeof from === 'object' && from !== null && Object.hasOwn(from, name)
      ? (from as Record<string, unknown>)[name]
      : undefined;
  if (typeof value !== 'string' || value === '' || value.length > 1024) return undefined;
  // A password is what was typed, spaces included.
  return verbatim ? value : value.trim();
}

function names<Name extends string>(page: LinkPage<Name>): Name[] {
  return Object.keys(page.fields) as Name[];
}
