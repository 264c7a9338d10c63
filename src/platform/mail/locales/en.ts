/** The phrases of mails and pages. `{{…}}` is filled in as text. Plurals: _one, _other. */
export const en = {
  mails: {
    layout: {
      hello: 'Hello,',
      helloName: 'Hello {{name}},',
      code: 'Your code',
      openLink: 'If the button does not work, open this address:',
      footer: 'Sent by {{product}} because of something that happened with this e-mail address. Nobody reads replies.',
    },
    facts: {
      device: 'Device',
      when: 'When',
      unknown: 'unknown',
    },
    'verify-email': {
      subject: 'Confirm your e-mail address for {{product}}',
      intro: 'Enter this code to finish opening your account at {{product}}:',
      or: 'Or confirm with one click:',
      button: 'Confirm e-mail address',
      expires_one: 'Code and link work once, for one minute.',
      expires_other: 'Code and link work once, for {{count}} minutes.',
      ignore: 'You did not open an account? Then ignore this mail: without the code nothing happens.',
    },
    'already-registered': {
      subject: 'You already have an account at {{product}}',
      intro:
        'Somebody, perhaps you, tried to open an account at {{product}} with this e-mail address. It already has one.',
      instead: 'Sign in as usual. If you have forgotten the password, ask for a new one where you sign in.',
      notYou: 'It was not you? There is nothing to do: nobody got in, and nothing was changed.',
    },
    'sign-in-code': {
      subject: 'Your sign-in code for {{product}}',
      intro: 'Enter this code to go on signing in to {{product}}:',
      or: 'Or confirm your address with one click, and then sign in again:',
      button: 'Confirm e-mail address',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      notYou:
        'You are not signing in? Then somebody else knows your password. Give the code to nobody, and change the password.',
    },
    'refresh-token-reused': {
      subject: 'You were signed out of {{product}} on one device',
      intro: 'A sign-in at {{product}} was used from two places at once. To be safe, we have ended it.',
      todo: 'If you were signed out, sign in again. That can be all: an app restored from a backup looks like this, too.',
      notYou:
        'If you do not recognise the device, or this happens again, change your password and sign out everywhere: somebody may have copied your sign-in.',
    },
  },
  pages: {
    incomplete: {
      title: 'This link is not complete',
      text: 'Part of the address is missing. Open the link in the mail again, or copy all of it.',
    },
    foreign: {
      title: 'This form was not sent from our page',
      text: 'Open the link in the mail again and press the button there.',
    },
    code: 'Code from the mail',
    verify: {
      title: 'Confirm your e-mail address',
      text: 'Press the button and the address is confirmed. If you did not ask for this, close this page: nothing has happened.',
      button: 'Confirm',
      done: 'Your e-mail address is confirmed',
      next: 'You can close this page, go back to where you came from, and sign in.',
    },
    problems: {
      title: 'That did not work',
      INVALID_CODE: 'The code is wrong. Check the newest mail; older codes no longer work.',
      CHALLENGE_EXPIRED:
        'This link has expired or was already used. If you have confirmed before, just sign in; otherwise ask for a new mail.',
      TOO_MANY_ATTEMPTS: 'There were too many wrong codes. Ask for a new mail.',
      RATE_LIMITED: 'There were too many attempts. Wait a little and try again.',
      SERVICE_UNAVAILABLE: 'The service cannot answer right now. Wait a little and try again.',
      other: 'Something went wrong. Try again, or ask for a new mail.',
    },
  },
};
