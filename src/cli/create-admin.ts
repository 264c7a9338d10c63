import type { Config } from '../config/config.js';
import { CommandError } from '../config/config.js';
import { FEATURES, gather } from '../features.js';
import { createMethods } from '../methods/method.js';
import { createHasher } from '../passwords/hasher.js';
import { createPolicy } from '../passwords/policy.js';
import { systemClock as clock } from '../platform/clock.js';
import type { Database } from '../platform/database.js';
import type { Log } from '../platform/log.js';
import { createMetrics } from '../platform/metrics.js';
import { askPassword, readPipedPassword, type PasswordTerminal } from '../platform/read-password.js';
import { createAdmin } from '../admin/create-admin.js';
import { withRevocations } from './with-revocations.js';

export interface CreateAdminOptions {
  email: string;
  another: boolean;
  passwordFromStdin: boolean;
}

interface CreateAdminArguments {
  email?: string;
  another?: boolean;
  'password-stdin'?: boolean;
}

/** The password is not an argument: it would be in the shell's history and in the list of processes. */
export function readArguments({ email, another = false, ...given }: CreateAdminArguments): CreateAdminOptions {
  if (!email)
    throw new CommandError(
      '--email is missing. Write: npm run users:create-admin -- --email you@example.com [--password-stdin]',
    );
  return { email, another, passwordFromStdin: given['password-stdin'] ?? false };
}

export async function readNewPassword(
  terminal: PasswordTerminal,
  { passwordFromStdin }: CreateAdminOptions,
): Promise<string> {
  if (passwordFromStdin) return readPipedPassword(terminal);
  if (!terminal.input.isTTY)
    throw new CommandError('There is no terminal to ask for the password: pipe it in, and add --password-stdin.');
  const password = await askPassword(terminal, 'Password: ');
  const again = await askPassword(terminal, 'The same again: ');
  if (password === null || password !== again)
    throw new CommandError('The two passwords are not the same. Nothing was changed.');
  return password;
}

type Made = Awaited<ReturnType<typeof createAdmin>>;

export function describeAdmin({ email, existed }: Made): string {
  return existed ? `${email} is an administrator now, with the new password.` : `Made the administrator ${email}.`;
}

/** Runs on a database that is open and migrated. */
export async function createAdminCommand(
  { config, database, log }: { config: Config; database: Database; log: Log },
  { email, another, password }: CreateAdminOptions & { password: string },
): Promise<Made> {
  const metrics = createMetrics();
  const passwords = createHasher(config, metrics);
  const policy = createPolicy(config, metrics);
  try {
    const em = database.orm.em.fork();
    const methods = createMethods(gather(FEATURES, 'methods'));
    return await withRevocations({ config, database, log }, (revocations) =>
      createAdmin({ em, clock, methods, passwords, policy, revocations }, { email, password, another }),
    );
  } finally {
    await Promise.all([passwords.close(), policy.close()]);
  }
}
