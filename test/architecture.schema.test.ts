import { describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import { PERMISSIONS } from '../src/api/graphql/permissions.js';
import { ormOptions } from '../mikro-orm.config.js';
import { buildGatewaySchema, printGatewaySchema } from '../src/api/graphql/schema.js';
import { printLimits } from '../src/config/limit-document.js';
import { DELAYS, WINDOWS } from '../src/limit-policies.js';
import { cloneDatabase } from './support/database.js';
import { openTestDatabase } from './support/open-test-database.js';
import { isObjectType } from './support/product-packages.js';
import { readText, repositoryFiles, sourceFiles } from './support/source-tree.js';

const schema = buildGatewaySchema();
const objectTypes = Object.values(schema.getTypeMap()).filter(
  (type) => isObjectType(type) && !type.name.startsWith('__'),
);
const fieldsOf = (type: string) => {
  const found = schema.getType(type);
  return isObjectType(found) ? Object.keys(found.getFields()) : [];
};
const rows = PERMISSIONS as Record<string, object>;
/** The fields that have rows; none where one rule stands for the whole type. */
const rowsOf = (type: string) => {
  const table = rows[type] ?? {};
  const isTable = Object.getPrototypeOf(Object.getPrototypeOf(table)) === null;
  return isTable ? Object.keys(table).filter((name) => name !== '*') : [];
};
/** The rows as they are written: which permission one asks for cannot be read off the rule that it makes. */
const writtenRowsOf = (type: string) => {
  const [, table = ''] =
    new RegExp(`^  ${type}: \\{\n([^}]*)\\}`, 'm').exec(readText('src/api/graphql/permissions.ts') ?? '') ?? [];
  return Object.fromEntries([...table.matchAll(/^ +(\w+): +(.+),$/gm)].map(([, field = '', row = '']) => [field, row]));
};
const descriptionOf = (type: string, field: string) => {
  const found = schema.getType(type);
  return (isObjectType(found) && found.getFields()[field]?.description) || '';
};

describe('what is published', () => {
  test('schema.graphql is the schema (npm run schema writes it)', () => {
    expect(readText('schema.graphql')).toBe(printGatewaySchema());
  });

  test('docs/limits.md is the table of limits (npm run env-example writes it)', () => {
    const document = readText('docs/limits.md') ?? '';
    expect(Object.keys({ ...WINDOWS, ...DELAYS }).filter((name) => !document.includes(`\`${name}\``))).toEqual([]);
    expect(document).toBe(printLimits(document));
  });
});

describe('who may do what', () => {
  test.each(['Query', 'Mutation', 'User'])('every field of %s has a row of its own', (type) => {
    expect(fieldsOf(type).filter((field) => !rowsOf(type).includes(field))).toEqual([]);
  });

  test('every row names a type and a field that exist', () => {
    const unknown = Object.keys(rows).flatMap((type) => {
      if (!isObjectType(schema.getType(type))) return [type];
      return rowsOf(type)
        .filter((field) => !fieldsOf(type).includes(field))
        .map((field) => `${type}.${field}`);
    });
    expect(unknown).toEqual([]);
  });

  test('descriptions name what their rows ask for: a permission, or a sign-in', () => {
    const asked = ['Query', 'Mutation', 'User'].flatMap((type) => {
      const written = writtenRowsOf(type);
      expect(Object.keys(written)).toEqual(rowsOf(type));
      return Object.entries(written).map(([field, row]) => ({ type, field, row }));
    });
    const silent = asked.filter(({ type, field, row }) => {
      const description = descriptionOf(type, field);
      const recent = /^recent\((.+)\)$/.exec(row)?.[1];
      if (recent && !/\ba recent authentication\b/.test(description)) return true;
      const permission = /^(?:may|selfOr)\('([^']+)'\)$/.exec(recent ?? row)?.[1];
      if (permission) return !new RegExp(`\\b${permission}\\b`).test(description);
      return row === 'signedIn' && !/\bRequires a sign-in\b/.test(description);
    });
    expect(silent.map(({ type, field, row }) => `${type}.${field}: ${row}`)).toEqual([]);
  });

  test('a mutation that asks for a permission acts in administer(), which asks for the same one again', () => {
    const source = sourceFiles(/^src\/.*\.ts$/);
    const bodyOf = (name: string) =>
      source
        .map(({ code }) => new RegExp(`^export async function ${name}\\b[\\s\\S]*?^}`, 'm').exec(code)?.[0])
        .find(Boolean) ?? '';
    const asking = Object.entries(writtenRowsOf('Mutation')).flatMap(([name, row]) => {
      const [, recent, permission] = /^(recent\()?may\('([^']+)'\)\)?$/.exec(row) ?? [];
      return permission ? [{ name, permission, recent: recent !== undefined, body: bodyOf(name) }] : [];
    });
    expect(asking.length).toBeGreaterThanOrEqual(11);
    const careless = asking.filter(
      ({ permission, recent, body }) =>
        !/\badminister(User|ServiceAccount)?\(/.test(body) ||
        !body.includes(`permission: '${permission}'`) ||
        (recent && !body.includes('recent: true')) ||
        /transactional|\bsql\(/.test(body),
    );
    expect(careless.map(({ name }) => name)).toEqual([]);
  });

  test('what has no row is refused', () => {
    for (const type of ['Query', 'Mutation', 'User']) expect(rows[type]).toHaveProperty(['*']);
  });

  test('every type that can be reached has a row', () => {
    expect(objectTypes.map(({ name }) => name).filter((name) => !(name in rows))).toEqual([]);
  });
});

describe('secrets', () => {
  const entities = sourceFiles(/^src\/.*\.entity\.ts$/).flatMap(({ code }) =>
    [...code.matchAll(/((?:^@[\s\S]*?\n)?)^export (?:abstract )?class (\w+)/gm)].map(
      ([, decorators = '', name = '']) => ({
        name,
        published: decorators.includes('@ObjectType'),
      }),
    ),
  );

  test('entities that are not for clients have no type in the schema', () => {
    const hidden = entities.filter(({ published }) => !published).map(({ name }) => name);
    expect(hidden).toEqual(expect.arrayContaining(['Password', 'RefreshToken', 'Challenge', 'Mail']));
    expect(hidden.filter((name) => schema.getType(name) !== undefined)).toEqual([]);
  });

  test('no field sounds like a secret but those that must hand one over', () => {
    const handedOver = new Set(
      `
        ApiKeyCreated.secret AuditEvent.code AuditEventDetails.passwordRemoved AuthSettings.passwordPolicy ChallengeRequired.challengeToken ChallengeRequired.codeLength
        ErrorInfo.code FactorAdded.recoveryCodes Mutation.changePassword Mutation.checkResetCode
        Mutation.createServiceAccountSecret Mutation.revokeServiceAccountSecret ServiceAccount.secrets ServiceAccountCreated.clientSecret
        Mutation.generateRecoveryCodes Mutation.requestPasswordReset Mutation.requestSignInCode Mutation.resetPassword Mutation.rotateWebhookSecret
        Impersonation.accessToken Impersonation.accessTokenExpiresAt PasskeyRegistration.challengeToken ProblemInfo.code RecoveryCodes.codes SignedIn.accessToken
        SignedIn.accessTokenExpiresAt SignedIn.accessTokenExpiresIn SignedIn.refreshToken
        SignedIn.refreshTokenExpiresAt SignedIn.refreshTokenExpiresIn TotpEnrollment.challengeToken
        TotpEnrollment.qrCode TotpEnrollment.secret User.hasPassword User.recoveryCodesLeft WebhookCreated.secret
      `
        .trim()
        .split(/\s+/),
    );
    const suspicious = objectTypes.flatMap((type) =>
      fieldsOf(type.name)
        .filter((field) => /hash|secret|token|password|code|salt|sealed|hmac/i.test(field))
        .map((field) => `${type.name}.${field}`),
    );
    expect(suspicious.filter((field) => !handedOver.has(field))).toEqual([]);
  });
});

describe('one word', () => {
  const verbs = sourceFiles(/^src\/.*\.ts$/).filter(({ path }) => !/\.(entity|resolver)\.ts$/.test(path));
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
  const storyOf = (mutation: string) =>
    verbs.find(({ code }) => new RegExp(`^export (async )?function ${mutation}\\b`, 'm').test(code))?.path;

  test('every mutation is a function of its name', () => {
    expect(mutations.filter((name) => storyOf(name) === undefined)).toEqual([]);
  });

  test('its file bears the name too, but where one undoes another or all are ways to sign out', () => {
    const fileOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const others = mutations
      .map((name) => [name, storyOf(name)?.replace(/^.*\/|\.ts$/g, '')])
      .filter(([name = '', file]) => file !== fileOf(name));
    expect(Object.fromEntries(others)).toEqual({
      logoutAll: 'logout',
      endSession: 'logout',
      reinstateUser: 'suspend-user',
      restoreUser: 'delete-user',
    });
  });

  test('the file of every such function has a test file of the same name', () => {
    const files = new Set(repositoryFiles());
    const expected = mutations.map((name) =>
      storyOf(name)
        ?.replace(/^src\//, 'test/')
        .replace(/\.ts$/, '.test.ts'),
    );
    expect([...new Set(expected)].filter((path) => path && !files.has(path))).toEqual([]);
  });
});

describe('migrations', () => {
  test('the snapshot and the migrated database are what the entities say', async () => {
    const database = await cloneDatabase();
    const { orm, close } = await openTestDatabase(database.url);
    try {
      expect(await orm.migrator.checkSchema()).toBe(false);
      expect(await missing(orm)).toBe('');
    } finally {
      await close();
      await database.drop();
    }
  });

  test('every migration can be undone and done again', async () => {
    const database = await cloneDatabase();
    const { orm, close } = await openTestDatabase(database.url);
    try {
      await orm.migrator.down({ to: 0 });
      const left = await database.sql<{ table_name: string }>(
        `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE 'mikro_orm%'`,
      );
      expect(left).toEqual([]);
      await orm.migrator.up();
      expect(await missing(orm)).toBe('');
    } finally {
      await close();
      await database.drop();
    }
  });
});

/**
 * What the entities have and the database has not, or the other way round. Triggers and functions stand in migrations alone, and
 * the columns of the previous version in the database alone: just these, and no others.
 */
async function missing(orm: MikroORM): Promise<string> {
  const statements = await orm.schema.getUpdateSchemaSQL({ wrap: false });
  const kept = Object.entries(ormOptions.schemaGenerator.skipColumns).map(
    ([table, columns]) => `alter table "${table}" ${columns.map((column) => `drop column "${column}"`).join(', ')};`,
  );
  const others = kept.reduce((left, statement) => left.replace(statement, ''), statements);
  return others.replace(/^drop (trigger|function) if exists .*;\s*/gm, '').trim();
}
