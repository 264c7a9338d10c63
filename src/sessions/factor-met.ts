import type { Needs } from '../context.js';

/**
 * SQL on the session `s` and its user `u`: no second factor is demanded that the session lacks. A role that is granted or tightened, and
 * SECOND_FACTOR=required, reach the sessions of before at their next refresh. A session of a trusted device goes on while the device is
 * trusted. `required` is the place of `factorRequired`; for a sign-in sign-in/next-step.ts says the same.
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
