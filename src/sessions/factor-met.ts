import type { Needs } from '../context.js';

/**
 * SQL on the session `s` and its user `u`: the session does not lack a required second factor. A role that is granted or tightened, and
 * SECOND_FACTOR=required, affect existing sessions at their next refresh. A session on a trusted device continues while the device is
 * trusted. `required` is the placeholder of `factorRequired`; sign-in/next-step.ts has the same rule for sign-ins.
 */
export const FACTOR_MET = (required: string) => `(
  s.factor_verified_at is not null
  or s.trusted_stamp is not distinct from u.security_stamp
  or not (${required}::boolean
          or exists (select from user_roles ur join roles r on r.name = ur.role_name
                      where ur.user_id = u.id and r.requires_second_factor)))`;

export function factorRequired({ config }: Needs<'config'>): boolean {
  return config.secondFactor === 'required';
}
