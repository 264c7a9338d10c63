import { htmlView } from '../../platform/html-view.js';

/** The inside of a page that a mail link opens: a heading, and as much of the rest as there is. */
export interface FormView {
  heading: string;
  problem?: string | undefined;
  /** Advice. */
  hints?: string[];
  text?: string;
  /** Where to go from here. */
  continueLink?: { href: string; label: string } | undefined;
  /** In small print, at the end. */
  note?: string | undefined;
  form?: {
    action: string;
    button: string;
    carried: { name: string; value: string }[];
    /** The account whose password is set: a password manager stores the password under this name. */
    username?: { label: string; value: string } | undefined;
    asked: AskedField[];
  };
}

export interface AskedField {
  name: string;
  label: string;
  type: string;
  autocomplete: string | undefined;
  inputmode: string | undefined;
}

export const formView = htmlView<FormView>(`<h1><%= it.heading %></h1>
<% if (it.problem) { %><div class="problem" role="alert" id="problem"><p><%= it.problem %></p>
<% if (it.hints && it.hints.length > 0) { %><ul><% for (const hint of it.hints) { %><li><%= hint %></li><% } %></ul><% } %></div><% } %>
<% if (it.text) { %><p><%= it.text %></p><% } %>
<% if (it.continueLink) { %><p><a class="button" href="<%= it.continueLink.href %>" rel="noreferrer"><%= it.continueLink.label %></a></p><% } %>
<% if (it.note) { %><p class="soft"><%= it.note %></p><% } %>
<% if (it.form) { %>
<form method="post" action="<%= it.form.action %>">
<% for (const { name, value } of it.form.carried) { %><input type="hidden" name="<%= name %>" value="<%= value %>">
<% } %>
<% if (it.form.username) { %>
<p><label for="username"><%= it.form.username.label %></label>
<input id="username" name="username" type="email" value="<%= it.form.username.value %>" readonly autocomplete="username"></p>
<% } %>
<% it.form.asked.forEach((field, index) => { %>
<p><label for="<%= field.name %>"><%= field.label %></label>
<input id="<%= field.name %>" name="<%= field.name %>" type="<%= field.type %>" required autocapitalize="off" spellcheck="false"
<% if (field.autocomplete) { %> autocomplete="<%= field.autocomplete %>"<% } %>
<% if (field.inputmode) { %> inputmode="<%= field.inputmode %>"<% } %>
<% if (it.problem) { %> aria-describedby="problem" aria-invalid="true"<% } %>
<% if (index === 0) { %> autofocus<% } %>></p>
<% }) %>
<button type="submit"><%= it.form.button %></button>
</form>
<% } %>
`);
