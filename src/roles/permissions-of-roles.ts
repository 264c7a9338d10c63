/** The permissions of all of these roles together, in alphabetical order. */
export function permissionsOfRoles(roles: readonly { permissions: string[] }[]): string[] {
  return [...new Set(roles.flatMap(({ permissions }) => permissions))].sort();
}
