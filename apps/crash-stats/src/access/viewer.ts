/** Each role includes those before it. */
const roles = ['viewer', 'protected', 'operator'] as const;

/**
 * `viewer` sees what is listed as harmless, `protected` everything that a crash contains, `operator` may also have crashes
 * processed again.
 */
export type Role = (typeof roles)[number];

/** Who asks. */
export class Viewer {
  /**
   * @param user a name to show and to log
   * @param role the highest one, or undefined for a user who may see nothing
   */
  constructor(
    readonly user: string,
    private readonly role: Role | undefined,
  ) {}

  may(role: Role): boolean {
    return this.role !== undefined && roles.indexOf(role) <= roles.indexOf(this.role);
  }
}
