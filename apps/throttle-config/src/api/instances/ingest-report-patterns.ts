/** Names of pods, hosts and processes. */
export const instancePattern = /^[A-Za-z0-9._:-]{1,253}$/;
/** As `rulesetRevision` makes them. */
export const revisionPattern = /^[0-9a-f]{16}$/;
