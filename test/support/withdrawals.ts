import { DELETE_USER, END_USER_SESSIONS, SUSPEND_USER, UPDATE_ROLE, UPDATE_USER_ROLES } from './administration.js';
import type { Answer, Client } from './client.js';
import { LOGOUT } from './people.js';

export interface Actor {
  id: string;
  role: string;
  token: string;
  sessionId: string;
}

export interface Withdrawal {
  /** The actor's role; where none is named, one of their own that holds every permission. */
  role?: 'admin';
  /** The row that it waits for before it changes anything, and what `$1` is there and in `gone`. */
  lock: string;
  key(actor: Actor): string;
  /** By the process and the administrator that are given. */
  withdraw(actor: Actor, process: Client, token: string): Promise<Answer<unknown>>;
  /** Whether it has happened. */
  gone: string;
}

const OF_A_PERSON = {
  role: 'admin',
  lock: 'select from users where id = $1 for update',
  key: ({ id }: Actor) => id,
} as const;

/** Every way in which an administrator stops being one: "when an administrator …". */
export const WITHDRAWALS: [what: string, withdrawal: Withdrawal][] = [
  [
    'is demoted',
    {
      ...OF_A_PERSON,
      withdraw: ({ id }, { gql }, token) =>
        gql(UPDATE_USER_ROLES, { input: { userId: id, roles: ['user'] } }, { token }),
      gone: `select array_agg(role_name::text) = '{user}' as gone from user_roles where user_id = $1`,
    },
  ],
  [
    'is suspended',
    {
      ...OF_A_PERSON,
      withdraw: ({ id }, { gql }, token) => gql(SUSPEND_USER, { input: { userId: id } }, { token }),
      gone: 'select suspended_at is not null as gone from users where id = $1',
    },
  ],
  [
    'is deleted',
    {
      ...OF_A_PERSON,
      withdraw: ({ id }, { gql }, token) => gql(DELETE_USER, { input: { userId: id } }, { token }),
      gone: 'select deleted_at is not null as gone from users where id = $1',
    },
  ],
  [
    'has their sessions ended',
    {
      ...OF_A_PERSON,
      withdraw: ({ id }, { gql }, token) => gql(END_USER_SESSIONS, { input: { userId: id } }, { token }),
      gone: 'select bool_and(ended_at is not null) as gone from sessions where user_id = $1',
    },
  ],
  [
    'signs out',
    {
      role: 'admin',
      lock: 'select from sessions where id = $1 for update',
      key: ({ sessionId }) => sessionId,
      withdraw: ({ token }, { gql }) => gql(LOGOUT, {}, { token }),
      gone: 'select ended_at is not null as gone from sessions where id = $1',
    },
  ],
  [
    'holds a role that loses its permissions',
    {
      lock: 'select from roles where name = $1 for update',
      key: ({ role }) => role,
      withdraw: ({ role }, { gql }, token) => gql(UPDATE_ROLE, { input: { name: role, permissions: [] } }, { token }),
      gone: `select permissions = '{}' as gone from roles where name = $1`,
    },
  ],
];
