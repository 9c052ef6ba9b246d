import type { YAMLError } from 'yaml';

interface Explanation {
  readonly message: string;
  readonly hint: string;
}

const explanations: { readonly [Code in YAMLError['code']]?: Explanation } = {
  MULTIPLE_DOCS: { message: 'there is more than one YAML document', hint: 'remove the line ---' },
  TAB_AS_INDENT: { message: 'a tab stands where YAML wants spaces', hint: 'indent with spaces' },
  TAG_RESOLVE_FAILED: {
    message: 'an unquoted ! begins a YAML tag',
    hint: "put the expression in single quotes: '!(…)'",
  },
};

/** An error of the YAML library in an author's words. */
export function explainYamlError({ code, message }: YAMLError): Explanation {
  return (
    explanations[code] ?? {
      message: `not valid YAML: ${message}`,
      // The usual cause is an expression that begins with a quote, or that holds ": " or " #".
      hint: 'put an expression in single quotes, or below >-',
    }
  );
}
