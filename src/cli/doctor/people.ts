import { type DatabaseCheckNeeds, type Found, warning } from './finding.js';

export async function checkPeople({ database: { sql } }: DatabaseCheckNeeds): Promise<Found[]> {
  const [row] = await sql<{ there: boolean }>('doctor_admin', ADMIN, []);
  if (row?.there) return [];
  return [
    warning(
      'There is no administrator.',
      'No one can suspend or help a user.',
      'sallyport users:create-admin --email you@example.com',
    ),
  ];
}

const ADMIN = `
select exists (select from user_roles ur join users u on u.id = ur.user_id
                where ur.role_name = 'admin' and u.deleted_at is null and u.suspended_at is null) as there`;
