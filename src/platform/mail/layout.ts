import { htmlView, textView } from '../html-view.js';
import type { Palette } from '../palette.js';

/** The data of both layouts: phrases are filled in, nothing is escaped yet. */
export interface MailView {
  locale: string;
  subject: string;
  footer: string;
  openLink: string;
  logo: { src: string; alt: string } | undefined;
  support: { label: string; address: string; href: string } | undefined;
  palette: Palette;
  blocks: ViewBlock[];
}

export type ViewBlock =
  | { kind: 'greeting' | 'paragraph' | 'note'; text: string }
  | { kind: 'code'; label: string; code: string }
  | { kind: 'button'; label: string; href: string }
  | { kind: 'facts'; rows: { label: string; text: string }[] };

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/**
 * Tables and inline styles, since mail programs render those; no font or style from elsewhere, and no image but the operator's logo, at one
 * address for all mails: opening a mail does not reveal to the host which one it was. Dark mode: declared in `color-scheme`, with other
 * colours where media queries are supported.
 */
export const htmlLayout = htmlView<MailView>(`<!doctype html>
<html lang="<%= it.locale %>" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title><%= it.subject %></title>
<style>
:root { color-scheme: light dark; }
@media (max-width: 480px) { .card { padding: 24px !important; } .code { font-size: 26px !important; } }
@media (prefers-color-scheme: dark) {
  body, .page { background: #14171c !important; }
  .card { background: #1f242c !important; border-color: #39414d !important; }
  .ink { color: #eef1f5 !important; }
  .soft { color: #aab4c2 !important; }
  .code { background: #14171c !important; color: #eef1f5 !important; border-color: #39414d !important; }
  .button { background: <%= it.palette.dark.button %> !important; color: <%= it.palette.dark.onButton %> !important; }
  .link { color: <%= it.palette.dark.accent %> !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f3f5f8">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f5f8">
<tr><td align="center" style="padding:32px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px">
<% if (it.logo) { %>
<tr><td style="padding:0 0 20px"><img src="<%= it.logo.src %>" alt="<%= it.logo.alt %>" height="40" style="display:block;height:40px;max-width:260px;border:0"></td></tr>
<% } %>
<tr><td class="card" style="background:#ffffff;border:1px solid #dde2e9;border-radius:12px;padding:36px">
<% for (const block of it.blocks) { %>
<% if (block.kind === 'greeting') { %>
<p class="ink" style="margin:0 0 16px;${FONT};font-size:16px;line-height:1.5;color:#1a2029"><%= block.text %></p>
<% } else if (block.kind === 'paragraph') { %>
<p class="ink" style="margin:0 0 16px;${FONT};font-size:16px;line-height:1.5;color:#1a2029"><%= block.text %></p>
<% } else if (block.kind === 'note') { %>
<p class="soft" style="margin:0 0 12px;${FONT};font-size:14px;line-height:1.5;color:#556070"><%= block.text %></p>
<% } else if (block.kind === 'code') { %>
<p class="code" aria-label="<%= block.label %>: <%= block.code %>" style="margin:0 0 24px;padding:16px;background:#f3f5f8;border:1px solid #dde2e9;border-radius:8px;text-align:center;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:32px;line-height:1.2;font-weight:600;letter-spacing:4px;color:#1a2029"><%= block.code %></p>
<% } else if (block.kind === 'button') { %>
<p style="margin:0 0 16px"><a class="button" href="<%= block.href %>" target="_blank" rel="noreferrer" style="display:inline-block;padding:12px 24px;background:<%= it.palette.light.button %>;border-radius:8px;${FONT};font-size:16px;font-weight:600;color:<%= it.palette.light.onButton %>;text-decoration:none"><%= block.label %></a></p>
<p class="soft" style="margin:0 0 24px;${FONT};font-size:13px;line-height:1.5;color:#556070"><%= it.openLink %><br><a class="link" href="<%= block.href %>" target="_blank" rel="noreferrer" style="color:<%= it.palette.light.accent %>;word-break:break-all"><%= block.href %></a></p>
<% } else { %>
<table cellpadding="0" cellspacing="0" style="margin:0 0 16px">
<% for (const row of block.rows) { %>
<tr><th scope="row" align="left" valign="top" class="soft" style="padding:2px 16px 2px 0;${FONT};font-size:15px;font-weight:400;color:#556070"><%= row.label %></th><td class="ink" style="padding:2px 0;${FONT};font-size:15px;color:#1a2029"><%= row.text %></td></tr>
<% } %>
</table>
<% } %>
<% } %>
</td></tr>
<tr><td class="soft" style="padding:20px 36px;${FONT};font-size:12px;line-height:1.5;color:#556070"><%= it.footer %><% if (it.support) { %><br><%= it.support.label %> <a class="link" href="<%= it.support.href %>" style="color:<%= it.palette.light.accent %>"><%= it.support.address %></a><% } %></td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`);

/** For readers and scripts without HTML: the same blocks, code and link on lines of their own. */
export const textLayout = textView<MailView>(`<% for (const block of it.blocks) { %>
<% if (block.kind === 'code') { %>
    <%= block.code %>


<% } else if (block.kind === 'button') { %>
<%= block.label %>:
<%= block.href %>


<% } else if (block.kind === 'facts') { %>
<% for (const row of block.rows) { %>
<%= row.label %>: <%= row.text %>

<% } %>

<% } else { %>
<%= block.text %>


<% } %>
<% } %>
-- 
<%= it.footer %>

<% if (it.support) { %>
<%= it.support.label %> <%= it.support.address %>

<% } %>
`);
