/** How to make an earlier revision live again. */
export interface GoBack {
  /** Shell commands, in order; empty if the rules cannot be edited. */
  readonly commands: readonly string[];
  /** What to know before. */
  readonly note?: string;
}

/**
 * @param port of throttle-config on this machine, such as by `kubectl port-forward`
 * @param commandToApply that of the source, which makes the rules in a file live
 */
export function goBack(
  revision: string,
  port: number,
  commandToApply: (file: string) => string | undefined,
  helmRelease: string | undefined,
): GoBack {
  // A name of its own: in the directory of the rules, ruleset.yaml may be the live ones.
  const file = `ruleset-${revision}.yaml`;
  const apply = commandToApply(file);
  if (apply === undefined)
    return { commands: [], note: 'The bundled rules are live; set RULES_FILE to edit rules.' };
  const download = `curl --fail --silent http://localhost:${port}/v1/history/${revision}/ruleset --output ${file}`;
  const commands = [download, apply];
  if (helmRelease === undefined) return { commands };
  const note = `The ConfigMap belongs to the Helm release ${helmRelease}, whose next upgrade writes its own rules: change them there, too.`;
  return { commands, note };
}
