import { htmlView } from '../platform/html-view.js';
import type { Heading } from './archive.js';

/** The page has no scripts and loads nothing, since it is opened as a file: text that a stranger wrote must stay text. */
export const htmlStart = htmlView<Heading>(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Your data at <%= it.service %></title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; margin-bottom: 1rem; border-top: 2px solid #8886; }
  th, td { text-align: left; vertical-align: top; padding: .2rem .5rem; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
  th { width: 14rem; font-weight: 500; }
</style>
</head>
<body>
<h1>Your data at <%= it.service %></h1>
<p>What <%= it.issuer %> kept about you (id <%= it.userId %>) on <%= it.at.toISOString() %>. Times are in UTC.
The file data.json holds the same for programs. Passwords and other secrets are in neither: only that there are some.</p>
`);

export const htmlSection = htmlView<{ name: string; title: string }>(`<h2 id="<%= it.name %>"><%= it.title %></h2>
`);

const rowsView = htmlView<{ rows: { label: string; text: string }[][] }>(`<% for (const row of it.rows) { %><table>
<% for (const { label, text } of row) { %><tr><th scope="row"><%= label %></th><td><%= text %></td></tr>
<% } %></table>
<% } %>`);

export function htmlRows({ rows }: { rows: Record<string, unknown>[] }): string {
  return rowsView({
    rows: rows.map((row) =>
      Object.entries(row).map(([name, value]) => ({ label: labelOf(name), text: textOf(value) })),
    ),
  });
}

export const htmlEnd = htmlView<{
  picture: boolean;
}>(`<% if (it.picture) { %><p>Your picture is in the file picture.webp.</p>
<% } %></body>
</html>
`);

/** `last_used_at` is "Last used at". */
function labelOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.map(textOf).join(', ') || '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
