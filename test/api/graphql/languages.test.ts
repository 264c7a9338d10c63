import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { ME, newEmail, REGISTER, signedInPerson, STRONG_PASSWORD, VERIFY_OTP } from '../../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const WRONG = { input: { challengeToken: 'x', code: '0000000' } };
const wrongCode = async (headers: Record<string, string>, token?: string) => {
  const { errors } = await gateway.gql(VERIFY_OTP, WRONG, { headers, token });
  return errors[0]!;
};

test.each([
  ['de-AT,de;q=0.9', 'Der Code ist abgelaufen'],
  ['fr', 'Le code a expiré'],
  ['es-MX', 'El código ha caducado'],
  ['en', 'The challenge is unknown'],
  ['ja', 'The challenge is unknown'],
  ['*', 'The challenge is unknown'],
])('a refusal to a browser that asks for %j reads "%s …", and its code stays', async (wanted, sentence) => {
  const { message, extensions } = await wrongCode({ 'accept-language': wanted });
  expect(message).toContain(sentence);
  expect(extensions.code).toBe('CHALLENGE_EXPIRED');
});

test('without such a header it is in the language of the signed-in user, which the header overrides', async () => {
  const ada = await signedInPerson(gateway, { locale: 'de-CH' });
  const FORBIDDEN = '{ users { totalCount } }';
  const asked = async (language: string) => {
    const options = { token: ada.accessToken, headers: { 'accept-language': language } };
    return (await gateway.gql(FORBIDDEN, {}, options)).errors[0]!.message;
  };
  expect(await asked('*')).toContain('fehlt Ihnen die Berechtigung');
  expect(await asked('fr')).toContain('autorisation');
  expect(await asked('en')).toContain('permission');
});

test.each([
  ['en', 'Wait a little and try again.'],
  ['de', 'Warten Sie etwas'],
  ['fr', 'Patientez un peu'],
  ['es', 'Espere un poco'],
])('in %s, a refusal by a limit reads "%s", in no word of the API', async (language, sentence) => {
  const strict = await gateway.replica({ LIMITS_FACTOR: '1', LIMIT_CHALLENGE_ADDRESS: '1/1d', REDIS_URL: '' });
  const ask = () =>
    strict.gql('{ challenge(challengeToken: "x") { state } }', {}, { headers: { 'accept-language': language } });
  await ask();
  const { message, extensions } = (await ask()).errors[0]!;
  expect(extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfter: expect.any(Number) });
  expect(message).toContain(sentence);
  expect(message).not.toMatch(/retryAfter|extensions/);
});

describe('the problems of a form', () => {
  const register = async (language: string, input: object) => {
    const { errors } = await gateway.gql(REGISTER, { input }, { headers: { 'accept-language': language } });
    return errors[0]!;
  };

  test('are in the language of the person, with what is allowed', async () => {
    const { message, extensions } = await register('de', { email: 'no', password: 'short', username: 'x' });
    expect(message).toBe('Das ist keine E-Mail-Adresse.');
    expect(extensions.problems).toEqual([
      { field: 'input.email', code: 'INVALID_FORMAT', message: 'Das ist keine E-Mail-Adresse.' },
      {
        field: 'input.username',
        code: 'TOO_SHORT',
        limit: 3,
        message: 'Ein Benutzername hat 3 bis 32 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche.',
      },
      {
        field: 'input.password',
        code: 'TOO_SHORT',
        limit: gateway.config.passwordMinLength,
        message: `Verwenden Sie mindestens ${gateway.config.passwordMinLength} Zeichen.`,
      },
    ]);
  });

  test('and so is a weak password alone, with advice in the place of the English suggestions', async () => {
    const { message, extensions } = await register('es', { email: newEmail(), password: 'abcdefghijklmno!' });
    expect(extensions).toMatchObject({ code: 'WEAK_PASSWORD', reason: 'GUESSABLE' });
    expect(message).toBe('La contraseña es demasiado fácil de adivinar.');
    expect(extensions.suggestions).toEqual([
      'Unas cuantas palabras sin relación entre sí forman una buena contraseña.',
    ]);
    const { extensions: english } = await register('en', { email: newEmail(), password: 'abcdefghijklmno!' });
    expect(english.suggestions).toContain('A few unrelated words make a good password.');
  });
});

test('a success reads no languages, and a request in French gets mails in French', async () => {
  const email = newEmail();
  const input = { email, password: STRONG_PASSWORD, locale: 'fr-CA' };
  await gateway.ask(REGISTER, { input }, { headers: { 'accept-language': 'de' } });
  const { subject } = await gateway.mailbox.lastTo(email, 'verify-email');
  expect(subject).toContain('Confirmez votre adresse e-mail');
  const { accessToken } = await signedInPerson(gateway);
  expect((await gateway.gql(ME, {}, { token: accessToken, headers: { 'accept-language': 'de' } })).errors).toEqual([]);
});

test.each([
  ['de', 'Diese Seite gibt es nicht.', 'Anfrage'],
  ['fr', 'Cette page n’existe pas.', 'Requête'],
  ['es', 'Esta página no existe.', 'Solicitud'],
])('the page of an error is in %s too', async (language, sentence, request) => {
  const page = await gateway.http('/no-such-page', { headers: { accept: 'text/html', 'accept-language': language } });
  const text = await page.text();
  expect(page.status).toBe(404);
  expect(text).toContain(`<html lang="${language}">`);
  expect(text).toContain(sentence);
  expect(text).toContain(`${request} <code>`);
});

test.each([
  ['fr', 'Confirmez votre adresse e-mail'],
  ['es', 'Confirme su dirección de correo electrónico'],
])('the page behind the link of a mail is in %s', async (language, title) => {
  const page = await gateway.http('/verify?challenge=x&code=1', { headers: { 'accept-language': language } });
  expect(await page.text()).toContain(title);
});
