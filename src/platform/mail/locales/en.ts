/** The phrases of mails and pages. `{{…}}` is filled in as text. Plurals: _one, _other. */
export const en = {
  mails: {
    layout: {
      hello: 'Hello,',
      helloName: 'Hello {{name}},',
      code: 'Your code',
      openLink: 'If the button does not work, open this address:',
      footer: 'Sent by {{product}} because of something that happened with this e-mail address. Replies are not read.',
    },
    facts: {
      device: 'Device',
      when: 'When',
      purgeAfter: 'Can be brought back until',
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
        'Someone, perhaps you, tried to open an account at {{product}} with this e-mail address. It already has one.',
      instead: 'Sign in as usual. If you have forgotten the password, ask for a new one where you sign in.',
      button: 'Go to the sign-in',
      notYou: 'It was not you? There is nothing to do: no one got in, and nothing was changed.',
    },
    'sign-in-code': {
      subject: 'Your sign-in code for {{product}}',
      intro: 'Enter this code to go on signing in to {{product}}:',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      notYou:
        'You are not signing in? Then someone else knows your password. Do not give the code to anyone, and change the password.',
    },
    'reset-password': {
      subject: 'Choose a new password for {{product}}',
      intro: 'Enter this code to choose a new password at {{product}}:',
      or: 'Or choose it on this page:',
      button: 'Choose a new password',
      expires_one: 'Code and link work once, for one minute. A new password signs you out everywhere.',
      expires_other: 'Code and link work once, for {{count}} minutes. A new password signs you out everywhere.',
      ignore:
        'You did not ask for this? Then ignore this mail and do not give the code to anyone: without it your password stays as it is.',
    },
    invitation: {
      subject: 'You are invited to {{product}}',
      intro:
        'An account at {{product}} was made for you with this e-mail address. Choose a password, and you can sign in:',
      button: 'Choose a password',
      expires_one: 'The link works once, for one day. After that, ask for a new password where you sign in.',
      expires_other: 'The link works once, for {{count}} days. After that, ask for a new password where you sign in.',
      ignore: 'You do not want the account? Then ignore this mail: without a password no one can use it.',
    },
    'change-email': {
      subject: 'Confirm your new e-mail address for {{product}}',
      intro: 'Enter this code where you are signed in, and this becomes the address of your account at {{product}}:',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      ignore:
        'You have no account there, or did not ask for this? Then ignore this mail and do not give the code to anyone: without it nothing happens.',
    },
    'new-sign-in': {
      subject: 'New sign-in to {{product}}',
      intro:
        'Someone, probably you, has signed in to {{product}} on a device that we have not seen with your account before.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'It was not you? Then someone else knows your password or reads your mail. Choose a new password now: that ends every session.',
    },
    'password-changed': {
      subject: 'Your password for {{product}} was changed',
      intro: 'The password of your account at {{product}} was changed, and other devices were signed out.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'It was not you? Then choose a new password at once: say, where you sign in, that you have forgotten it. Look after the password of this mailbox, too.',
    },
    'email-change-requested': {
      subject: 'A new e-mail address for your account at {{product}}?',
      intro:
        'Someone, probably you, has asked to change the e-mail address of your account at {{product}}. Nothing has changed yet: the new address must be confirmed first.',
      todo: 'If that was you, there is nothing to do here.',
      notYou:
        'It was not you? Then someone knows your password. Choose a new one now: say, where you sign in, that you have forgotten it. That also stops the change.',
    },
    'email-changed': {
      subject: 'The e-mail address of your account at {{product}} was changed',
      intro: 'Your account at {{product}} now has another e-mail address. This is the last mail about it to this one.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'It was not you? Then take the change back: your account gets this address again, every session ends, and you choose a new password.',
      button: 'Undo the change',
      until_one: 'That is possible for one day.',
      until_other: 'That is possible for {{count}} days.',
    },
    'email-changed-by-admin': {
      subject: 'The e-mail address of your account at {{product}} was changed',
      intro:
        'An administrator of {{product}} has given your account another e-mail address. This is the last mail about it to this one.',
      todo: 'If you asked for that, there is nothing to do.',
      notYou: 'You did not ask for it? Then write to the people who run {{product}}.',
    },
    'email-change-undone': {
      subject: 'This is no longer the e-mail address of an account at {{product}}',
      intro:
        'The owner of the earlier e-mail address has taken it back for an account at {{product}}. It no longer has this address, and every session has ended.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'It was not you, and the account is yours? Then write to those who run {{product}}: someone may be reading the mail of your earlier address.',
    },
    'account-deleted': {
      subject: 'Your account at {{product}} was deleted',
      intro: 'Your account at {{product}} was deleted, and all devices were signed out.',
      todo: 'If that was what you wanted, there is nothing to do. You can open a new account with this address at any time.',
      notYou:
        'It was not you, or you have changed your mind? Until the day named above those who run {{product}} can bring the account back; after it no one can.',
    },
    'refresh-token-reused': {
      subject: 'You were signed out of {{product}} on one device',
      intro: 'A sign-in at {{product}} was used from two places at once. To be safe, we have ended it.',
      todo: 'If you were signed out, sign in again. That can be all: an app restored from a backup looks like this, too.',
      notYou:
        'If you do not recognise the device, or this happens again, change your password and sign out everywhere: someone may have copied your sign-in.',
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
    email: 'E-mail address',
    password: 'Password',
    newPassword: 'New password',
    goOn: 'Go on to {{product}}',
    close: 'You can close this page and go back to where you came from.',
    'reset-password': {
      title: 'Choose a new password',
      text: 'The new password signs you out everywhere. If you did not ask for this, close this page: nothing has happened.',
      button: 'Save the password',
      done: 'Your password is changed',
      next: 'You are signed out everywhere. Sign in with the new password.',
    },
    'accept-invitation': {
      title: 'Choose a password for your account',
      text: 'An account was made for you. Choose a password, and it is yours. If you do not want it, close this page: nothing has happened, and without a password no one can use the account.',
      button: 'Save the password',
      done: 'Your account is ready',
      next: 'Sign in with your e-mail address and the password that you have just chosen.',
      problems: {
        CHALLENGE_EXPIRED:
          'This invitation has expired or was already used. If you have chosen a password before, just sign in. Otherwise ask for a new password where you sign in, or write to the people who run this service.',
        INVALID_CODE: 'Something in this link is wrong. Open the link in the mail again, or copy all of it.',
        TOO_MANY_ATTEMPTS:
          'This invitation was tried too often. Ask for a new password where you sign in, or write to the people who run this service.',
      },
    },
    'undo-email-change': {
      title: 'Undo the change of your e-mail address',
      text: 'Press the button, and your account gets the address back that this mail went to. Every session ends, and the password stops working: we send you a mail to choose a new one.',
      button: 'Undo the change',
      done: 'Your account has its earlier e-mail address again',
      next: 'Every session has ended. To choose a new password, open the mail that we have just sent you.',
    },
    weak: {
      TOO_SHORT: 'The password is too short: use at least {{count}} characters.',
      TOO_LONG: 'The password is too long.',
      PERSONAL:
        'The password can be guessed from who you are: do not use your e-mail address, your name or the name of this service.',
      BREACHED: 'The password is known to attackers. Choose one that you use nowhere else.',
      GUESSABLE: 'The password is too easy to guess.',
      advice: 'A few unrelated words make a good password.',
    },
    verify: {
      title: 'Confirm your e-mail address',
      text: 'Press the button and the address is confirmed. If you did not ask for this, close this page: nothing has happened.',
      button: 'Confirm',
      done: 'Your e-mail address is confirmed',
      next: 'You can sign in now.',
    },
    problems: {
      title: 'That did not work',
      INVALID_CODE: 'The code is wrong. Check the newest mail; older codes no longer work.',
      CHALLENGE_EXPIRED:
        'This link has expired or was already used. If you have confirmed before, just sign in; otherwise ask for a new mail.',
      TOO_MANY_ATTEMPTS: 'There were too many wrong codes. Ask for a new mail.',
      RATE_LIMITED: 'There were too many attempts. Wait a little and try again.',
      SERVICE_UNAVAILABLE: 'The service cannot answer right now. Wait a little and try again.',
      EMAIL_TAKEN:
        'Another account has taken that e-mail address since. Write to those who run this service: they can help you.',
      other: 'Something went wrong. Try again, or ask for a new mail.',
    },
  },
};
