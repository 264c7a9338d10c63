import type { FastifyRequest } from 'fastify';
import type { FormField, FormPage } from '../../feature.js';
import { isObject } from '../../platform/is-object.js';
import type { Locale } from '../../platform/locales.js';
import type { Texts } from '../../platform/texts.js';

/** The values in a link or a form, by the names of the page's fields. */
export type FormValues = Partial<Record<string, string>>;

/** The wanted fields of the page that `from`, a query or a body, has. */
export function valuesIn({ fields }: FormPage, from: unknown, wanted: (field: FormField) => boolean): FormValues {
  const found = Object.entries(fields)
    .filter(([, field]) => wanted(field))
    .map(([name, { type }]) => [name, textIn(from, name, type === 'password')]);
  return Object.fromEntries(found) as FormValues;
}

/** The language the link asks for, else the browser's. */
export function localeOf(request: FastifyRequest, { locales }: Texts): Locale {
  const lang = textIn(request.body, 'lang') ?? textIn(request.query, 'lang');
  return lang ? locales.pick(lang) : locales.preferred(request.headers['accept-language']);
}

/** The application that the link names. Only a name is accepted, and only one in APP_URLS has an effect. */
export function appNameOf({ body, query }: Pick<FastifyRequest, 'body' | 'query'>): string | undefined {
  return textIn(body, 'app') ?? textIn(query, 'app');
}

/** A single string, or undefined: `?code=1&code=2` and `code[]=1` arrive as something else (type confusion). */
function textIn(from: unknown, name: string, verbatim = false): string | undefined {
  const value = isObject(from) && Object.hasOwn(from, name) ? from[name] : undefined;
  if (typeof value !== 'string' || value === '' || value.length > 1024) return undefined;
  // A password is taken as typed, spaces included.
  return verbatim ? value : value.trim();
}
